namespace Choir.Gateway.Problems;

/// <summary>Parses ids of callers. One that is not a UUID is answered with 400, not 404.</summary>
internal static class Ids
{
    public const string Example = "0192f7a0-1b2c-7d3e-8f40-5a6b7c8d9e0f";

    /// <exception cref="ProblemException">The text is not a UUID.</exception>
    public static Guid Parse(string text, string name) =>
        Guid.TryParseExact(text, "D", out var id)
            ? id
            : throw ProblemException.Invalid($"The {name} must be a UUID such as {Example}.");
}
