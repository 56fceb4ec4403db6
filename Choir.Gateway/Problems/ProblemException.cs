using Choir.Observatory.Api.Problems;

namespace Choir.Gateway.Problems;

/// <summary>An error that is answered with problem details.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">The error code: one of <see cref="ProblemCodes"/>, or an actor's error code.</param>
/// <param name="detail">The error, its position and its remedy, for the caller.</param>
internal sealed class ProblemException(int status, string code, string detail) : ApiProblemException(status, code, detail)
{
    public static new ProblemException Invalid(string detail) =>
        new(StatusCodes.Status400BadRequest, ProblemCodes.InvalidRequest, detail);

    public static new ProblemException NotFound(string detail) =>
        new(StatusCodes.Status404NotFound, ProblemCodes.NotFound, detail);

    public static ProblemException TooLarge(string detail) =>
        new(StatusCodes.Status413PayloadTooLarge, ProblemCodes.TooLarge, detail);

    public static ProblemException UnsupportedMediaType(string detail) =>
        new(StatusCodes.Status415UnsupportedMediaType, ProblemCodes.UnsupportedMediaType, detail);

    public static ProblemException Timeout(string detail) =>
        new(StatusCodes.Status504GatewayTimeout, ProblemCodes.Timeout, detail);

    public static new ProblemException Unavailable(string code, string detail) =>
        new(StatusCodes.Status503ServiceUnavailable, code, detail) { RetryAfterSeconds = 5 };

    /// <param name="reason">What is wrong with the database, such as <c>it is read-only</c>, or a health check's reason.</param>
    public static ProblemException DatabaseUnavailable(string? reason) =>
        Unavailable(
            ProblemCodes.DatabaseUnavailable,
            "The database cannot be used now" + (reason is null ? "." : $" ({reason}).")
            + " Try again later.");

    public static ProblemException Conflict(string reason) =>
        new(StatusCodes.Status409Conflict, ProblemCodes.DatabaseConflict, $"The database refused the change: {reason}. Try again.")
        {
            RetryAfterSeconds = 1,
        };
}
