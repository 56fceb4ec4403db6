using Choir.LoadTest.Overhead.Measuring;
using Choir.LoadTest.Overhead.Scenarios;

namespace Choir.LoadTest.Overhead;

/// <summary>Measures all scenarios, round by round.</summary>
internal static class OverheadRun
{
    /// <summary>Measures.</summary>
    /// <param name="scenarios">What.</param>
    /// <param name="rounds">How often each is measured.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Is told what is being measured.</param>
    /// <param name="cancellationToken">Ends it, and the process that measures.</param>
    /// <returns>For each round each scenario's measurement, in the order of <paramref name="scenarios"/>.</returns>
    public static async Task<IReadOnlyList<Measurement[]>> MeasureAsync(
        IReadOnlyList<Scenario> scenarios,
        int rounds,
        MeasureOptions options,
        Progress progress,
        CancellationToken cancellationToken)
    {
        await using var sink = await OtlpSink.StartAsync(cancellationToken);
        var measured = new List<Measurement[]>();
        for (var round = 0; round < rounds; round++)
        {
            var results = new Measurement[scenarios.Count];
            foreach (var index in Order(scenarios.Count, round))
            {
                progress.Begin(round + 1, rounds, scenarios[index].Name);
                results[index] = await ChildProcess.MeasureAsync(scenarios[index], options, sink, cancellationToken);
                progress.End(round + 1, rounds, scenarios[index].Name, results[index]);
            }

            measured.Add(results);
        }

        return measured;
    }

    /// <summary>
    /// The order within a round. It rotates, so that a machine that grows slower or warmer does not favour those that
    /// come first.
    /// </summary>
    public static IEnumerable<int> Order(int count, int round) => Enumerable.Range(0, count).Select(index => (index + round) % count);
}
