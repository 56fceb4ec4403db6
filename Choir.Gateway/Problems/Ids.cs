namespace Choir.Gateway.Problems;

/// <summary>Reads ids that a caller wrote. One that is no UUID is a mistake of the caller's, and told so: 400, not 404.</summary>
internal static class Ids
{
    /// <summary>The id that a text is.</summary>
    /// <param name="text">What the caller wrote.</param>
    /// <param name="name">What the caller knows it as.</param>
    /// <exception cref="ProblemException">It is no UUID.</exception>
    public static Guid Parse(string text, string name) =>
        Guid.TryParseExact(text, "D", out var id)
            ? id
            : throw ProblemException.Invalid($"The {name} must be a UUID such as 0192f7a0-1b2c-7d3e-8f40-5a6b7c8d9e0f.");
}
