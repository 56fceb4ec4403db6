namespace Choir.LoadTest.Profiles;

/// <summary>The names of the stages of a spike, by which its recovery is judged.</summary>
internal static class SpikeStages
{
    public const string Before = "before";
    public const string Spike = "spike";
    public const string Recovery = "recovery";
}
