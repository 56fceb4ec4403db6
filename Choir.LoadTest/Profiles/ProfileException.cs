namespace Choir.LoadTest.Profiles;

/// <summary>A profile cannot be used. The message has a line for each reason.</summary>
/// <param name="errors">All reasons, each a sentence.</param>
public sealed class ProfileException(IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    /// <summary>All reasons, each a sentence.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
