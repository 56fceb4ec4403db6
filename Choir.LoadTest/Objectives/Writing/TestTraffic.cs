using Choir.LoadTest.Objectives.Measuring;

namespace Choir.LoadTest.Objectives.Writing;

/// <summary>
/// The series of an objective in the rules' unit tests: some events a minute, of which a share is bad. All belong to one process.
/// </summary>
internal sealed class TestTraffic
{
    // Rules that count processes need its labels; the others do not mind them.
    private static readonly (string Label, string Value)[] OfProcess = [("host", "a"), ("instance", "a:8080"), ("job", "choir"), ("service", "actor-host")];

    // Each with what it counts of some events and bad events.
    private readonly List<(Selector Selector, IReadOnlyDictionary<string, string> Labels, Func<decimal, decimal, decimal> Value)> _series = [];

    /// <exception cref="ObjectivesException">No series fits the selectors.</exception>
    public TestTraffic(Objective objective)
    {
        var all = objective.Indicator.All;
        switch (objective.Indicator)
        {
            case CountedFailures failures when failures.Bad.Metric == all.Metric:
                Add(all, SampleSeries.Find(all, failures.Bad, false), (events, bad) => events - bad);
                Add(all, Bad = SampleSeries.Find(failures.Bad, all, true), (_, bad) => bad);
                break;
            case CountedFailures failures:
                Add(all, SampleSeries.Find(all), (events, _) => events);
                Add(failures.Bad, Bad = SampleSeries.Find(failures.Bad), (_, bad) => bad);
                break;
            case CountedSuccesses successes when successes.Good.Metric == all.Metric:
                Add(all, SampleSeries.Find(successes.Good, all, true), (events, bad) => events - bad);
                Add(all, SampleSeries.Find(all, successes.Good, false), (_, bad) => bad);
                break;
            case CountedSuccesses successes:
                Add(all, SampleSeries.Find(all), (events, _) => events);
                Add(successes.Good, SampleSeries.Find(successes.Good), (events, bad) => events - bad);
                break;
            case SlowEvents slow:
                var labels = SampleSeries.Find(slow.Histogram);
                Add(slow.InTime, labels is null ? null : With(labels, "le", PromQl.BucketLabel(slow.Bound)), (events, bad) => events - bad);
                Add(all, labels, (events, _) => events);
                break;
        }

        void Add(Selector selector, IReadOnlyDictionary<string, string>? labels, Func<decimal, decimal, decimal> value) => _series.Add(
            (selector, labels ?? throw new ObjectivesException(
                $"objective {objective.Name}: no series was found that is good, or none that is bad; check its selectors."), value));
    }

    /// <summary>The labels of bad events, if they have a series of their own.</summary>
    public IReadOnlyDictionary<string, string>? Bad { get; }

    /// <summary>The series with their values.</summary>
    /// <param name="values">The values of a series, from what it counts of some events and bad events.</param>
    public IEnumerable<(string Series, string Values)> Write(Func<Func<decimal, decimal, decimal>, string> values) =>
        _series.Select(series => (Name(series.Selector.Metric, series.Labels), values(series.Value)));

    /// <summary>Whether a selector of one objective selects a series of the other: then they cannot be in the same test.</summary>
    public bool Disturbs(TestTraffic other) => Selects(other) || other.Selects(this);

    private bool Selects(TestTraffic other) => _series.Exists(mine => other._series.Exists(
        theirs => theirs.Selector.Metric == mine.Selector.Metric && mine.Selector.Selects(theirs.Labels)));

    /// <summary>A series with the labels of the process, unless it has others.</summary>
    public static string Name(string metric, IReadOnlyDictionary<string, string> labels)
    {
        var all = OfProcess.Aggregate(labels, (known, one) => known.ContainsKey(one.Label) ? known : With(known, one.Label, one.Value));
        return $"{metric}{{{string.Join(", ", all.Select(label => $"{label.Key}={PromQl.Quote(label.Value)}"))}}}";
    }

    private static SortedDictionary<string, string> With(IReadOnlyDictionary<string, string> labels, string label, string value) =>
        new(labels.ToDictionary(), StringComparer.Ordinal) { [label] = value };
}
