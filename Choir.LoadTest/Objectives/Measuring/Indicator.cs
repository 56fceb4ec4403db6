namespace Choir.LoadTest.Objectives.Measuring;

/// <summary>What an objective counts: all events and the bad ones among them, as PromQL.</summary>
internal abstract record Indicator
{
    /// <summary>The rate of all events, over a window.</summary>
    public abstract string AllRate(string window);

    /// <summary>The rate of bad events, in parentheses; its second line is indented by so much.</summary>
    public abstract string BadRate(string window, string indent);

    /// <summary>All events, for the unit tests.</summary>
    public abstract Selector All { get; }

    protected static string Rate(string series, string window) => $"sum(rate({series}[{window}]))";
}

/// <summary>An objective with a selector of the failed events.</summary>
/// <param name="All">All events.</param>
/// <param name="Bad">The bad ones.</param>
/// <param name="Present">
/// The hosts, for which zero is recorded before the first bad event; null if <paramref name="Bad"/> has a series from the start.
/// </param>
/// <param name="Recorded">The name of the recorded sum of the bad ones.</param>
/// <param name="InstanceLabels">The labels of one process.</param>
internal sealed record CountedFailures(
    Selector All, Selector Bad, Selector? Present, string Recorded, IReadOnlyList<string> InstanceLabels) : Indicator
{
    public override Selector All { get; } = All;

    public override string AllRate(string window) => Rate(All.ToString(), window);

    public override string BadRate(string window, string indent) => $"({Rate(Recorded, window)} or vector(0))";
}

/// <summary>An objective with a selector of the successful events; all other events count as failed.</summary>
internal sealed record CountedSuccesses(Selector All, Selector Good) : Indicator
{
    public override Selector All { get; } = All;

    public override string AllRate(string window) => Rate(All.ToString(), window);

    public override string BadRate(string window, string indent) =>
        $"({Rate(All.ToString(), window)}\n{indent}- ({Rate(Good.ToString(), window)} or vector(0)))";
}

/// <summary>Events that took longer than a bound of their histogram's buckets are bad.</summary>
/// <param name="Histogram">The histogram, without a suffix.</param>
/// <param name="Bound">The bound, in the histogram's unit.</param>
internal sealed record SlowEvents(Selector Histogram, double Bound) : Indicator
{
    public override Selector All => Histogram.Part("_count");

    public Selector InTime => Histogram.Part("_bucket").With(PromQl.Bucket(Bound));

    public override string AllRate(string window) => Rate(All.ToString(), window);

    public override string BadRate(string window, string indent) =>
        $"({Rate(All.ToString(), window)}\n{indent}- {Rate(InTime.ToString(), window)})";
}
