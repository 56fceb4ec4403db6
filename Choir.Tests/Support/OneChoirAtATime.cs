namespace Choir.Tests.Support;

/// <summary>
/// The collection of tests that each start a whole Choir. They run sequentially, because two cores are not enough for several.
/// </summary>
internal static class OneChoirAtATime
{
    public const string Name = "one Choir at a time";
}
