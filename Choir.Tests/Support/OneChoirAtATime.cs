namespace Choir.Tests.Support;

/// <summary>
/// The collection of tests that start a whole Choir each: one after another, because two cores do not carry three at once.
/// </summary>
internal static class OneChoirAtATime
{
    public const string Name = "one Choir at a time";
}
