namespace Choir.Gateway.Problems;

/// <summary>A request that is answered by a problem: what went wrong, in words for whoever sent it.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">The problem's name for programs, of <see cref="ProblemCodes"/> or an actor's error code.</param>
/// <param name="detail">What was wrong, where, and what to do about it.</param>
internal sealed class ProblemException(int status, string code, string detail) : Exception(detail)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The problem's name for programs.</summary>
    public string Code { get; } = code;

    /// <summary>After how many seconds another try makes sense; null where none does.</summary>
    public int? RetryAfterSeconds { get; init; }

    public static ProblemException Invalid(string detail) =>
        new(StatusCodes.Status400BadRequest, ProblemCodes.InvalidRequest, detail);

    public static ProblemException NotFound(string detail) =>
        new(StatusCodes.Status404NotFound, ProblemCodes.NotFound, detail);

    public static ProblemException TooLarge(string detail) =>
        new(StatusCodes.Status413PayloadTooLarge, ProblemCodes.TooLarge, detail);

    public static ProblemException Timeout(string detail) =>
        new(StatusCodes.Status504GatewayTimeout, ProblemCodes.Timeout, detail);

    public static ProblemException Unavailable(string code, string detail) =>
        new(StatusCodes.Status503ServiceUnavailable, code, detail) { RetryAfterSeconds = 5 };

    public static ProblemException DatabaseUnavailable(string? reason) =>
        Unavailable(
            ProblemCodes.DatabaseUnavailable,
            "The database does not answer" + (reason is null ? "." : $" ({reason}).")
            + " Try again later. An input that was sent now may still be accepted: send it again with the same"
            + " Idempotency-Key, and it is taken once.");
}
