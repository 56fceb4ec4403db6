using Choir.Gateway.Problems;

namespace Choir.Gateway.Threads;

/// <summary>Reads the ids in a path. One that is no UUID is a mistake of the caller's, and told so: 400, not 404.</summary>
internal static class PathIds
{
    public static string Thread(string threadId) => Parse(threadId, "thread id");

    public static string Cycle(string cycleId) => Parse(cycleId, "cycle id");

    /// <summary>A page's cursor, which is an id; null for the first page.</summary>
    public static string? Cursor(string? before) => before is null ? null : Parse(before, "cursor in ?before=");

    private static string Parse(string text, string name) =>
        Guid.TryParseExact(text, "D", out var id)
            ? id.ToString("D")
            : throw ProblemException.Invalid(
                $"The {name} must be a UUID such as 0192f7a0-1b2c-7d3e-8f40-5a6b7c8d9e0f.");
}
