namespace Choir.LoadTest.Profiles;

/// <summary>Something that is wrong in a profile.</summary>
/// <param name="Part">Where: the name of a field of the profile, or one of its stages, scenarios or objectives.</param>
/// <param name="Text">What, in a sentence.</param>
/// <param name="Setting">The field or setting of the part; null for the part itself.</param>
internal sealed record ProfileProblem(object Part, string Text, string? Setting = null)
{
    /// <summary>Whether it is wrong only for a profile of this kind.</summary>
    public bool DependsOnKind { get; init; }
}
