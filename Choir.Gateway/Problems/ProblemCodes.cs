using Choir.Observatory.Api.Problems;
using Choir.Storage;

namespace Choir.Gateway.Problems;

/// <summary>The values of <c>code</c> in problems, besides the error codes of actors.</summary>
internal static class ProblemCodes
{
    public const string InvalidRequest = ApiProblemException.InvalidRequest;
    public const string Unauthorized = "unauthorized";
    public const string NotFound = ApiProblemException.NothingFound;
    public const string MethodNotAllowed = "method_not_allowed";
    public const string TooLarge = "payload_too_large";
    public const string UnsupportedMediaType = "unsupported_media_type";
    public const string Timeout = "timeout";
    public const string Overloaded = "overloaded";
    public const string TooManyStreams = "too_many_streams";
    public const string DatabaseUnavailable = DatabaseFault.UnavailableCode;
    public const string DatabaseConflict = DatabaseFault.ConflictCode;
    public const string AlreadyReplayed = "already_replayed";
    public const string ChannelFailed = "channel_failed";
    public const string ChannelNotConfigured = "channel_not_configured";
    public const string InternalError = "internal_error";

    /// <summary>The code for a status that the framework answered itself.</summary>
    public static string Of(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => Unauthorized,
        StatusCodes.Status404NotFound => NotFound,
        StatusCodes.Status405MethodNotAllowed => MethodNotAllowed,
        StatusCodes.Status413PayloadTooLarge => TooLarge,
        StatusCodes.Status415UnsupportedMediaType => UnsupportedMediaType,
        >= StatusCodes.Status500InternalServerError => InternalError,
        _ => InvalidRequest,
    };
}
