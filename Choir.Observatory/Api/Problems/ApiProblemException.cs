using Microsoft.AspNetCore.Http;

namespace Choir.Observatory.Api.Problems;

/// <summary>A request that is answered with problem details (RFC 9457), because it is wrong or cannot be served now.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">The error code, for programs.</param>
/// <param name="detail">The error, its position and its remedy, for the caller.</param>
public class ApiProblemException(int status, string code, string detail) : Exception(detail)
{
    /// <summary>The code of a request that is wrong.</summary>
    public const string InvalidRequest = "invalid_request";

    /// <summary>The code where nothing is known of what was asked for.</summary>
    public const string NothingFound = "not_found";

    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The error code, for programs.</summary>
    public string Code { get; } = code;

    /// <summary>The value of the header Retry-After, in seconds; null if a retry is not useful.</summary>
    public int? RetryAfterSeconds { get; init; }

    internal static ApiProblemException Invalid(string detail) => new(StatusCodes.Status400BadRequest, InvalidRequest, detail);

    internal static ApiProblemException NotFound(string detail) => new(StatusCodes.Status404NotFound, NothingFound, detail);

    internal static ApiProblemException Unavailable(string code, string detail) =>
        new(StatusCodes.Status503ServiceUnavailable, code, detail) { RetryAfterSeconds = 5 };
}
