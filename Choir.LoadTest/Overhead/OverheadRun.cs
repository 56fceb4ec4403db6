using Choir.LoadTest.Overhead.Measuring;
using Choir.LoadTest.Overhead.Scenarios;

namespace Choir.LoadTest.Overhead;

/// <summary>Measures all scenarios, round by round.</summary>
/// <remarks>
/// In a round each scenario gets a process of its own. First all are warmed up, which takes long; then one after the other is
/// measured, and then once more from the last to the first, which takes a second or two each. So what is compared was measured
/// next to each other, about the same moment, on a machine that may run at another speed a minute later; and whether it kept its
/// speed is seen by each scenario's two measurements.
/// </remarks>
/// <param name="scenarios">What.</param>
/// <param name="rounds">How often each is measured.</param>
/// <param name="options">How.</param>
/// <param name="progress">Is told what is being measured.</param>
internal sealed class OverheadRun(IReadOnlyList<Scenario> scenarios, int rounds, MeasureOptions options, Progress progress)
{
    /// <summary>The most by which the two measurements of a scenario may differ, as a share.</summary>
    public const double Tolerance = 0.1;

    /// <summary>How often a round is measured at the most.</summary>
    public const int Attempts = 4;

    /// <summary>Measures.</summary>
    /// <param name="cancellationToken">Ends it, and the processes that measure.</param>
    /// <returns>For each round each scenario's measurement, in the order of the scenarios.</returns>
    /// <exception cref="MeasurementException">A process failed.</exception>
    public async Task<IReadOnlyList<Measurement[]>> MeasureAsync(CancellationToken cancellationToken)
    {
        var measured = new List<Measurement[]>();
        for (var round = 0; round < rounds; round++)
        {
            measured.Add(await MeasureRoundAsync(round, cancellationToken));
        }

        return measured;
    }

    /// <summary>
    /// The order within a round. It rotates, so that a machine that grows slower or warmer does not favour those that
    /// come first.
    /// </summary>
    public static IEnumerable<int> Order(int count, int round) => Enumerable.Range(0, count).Select(index => (index + round) % count);

    /// <summary>By how much the machine changed its speed between two measurements of the same process, as a share.</summary>
    public static double Change(Measurement one, Measurement other) =>
        Math.Abs(one.CpuMicrosPerMessage - other.CpuMicrosPerMessage) / Math.Min(one.CpuMicrosPerMessage, other.CpuMicrosPerMessage);

    private async Task<Measurement[]> MeasureRoundAsync(int round, CancellationToken cancellationToken)
    {
        var order = Order(scenarios.Count, round).ToList();
        var children = new ChildProcess?[scenarios.Count];
        try
        {
            foreach (var index in order)
            {
                progress.Begin(round + 1, rounds, $"warming up {scenarios[index].Name}");
                children[index] = await ChildProcess.StartAsync(scenarios[index], options, cancellationToken);
            }

            var results = await MeasureSteadilyAsync(round, order, children!, cancellationToken);
            foreach (var index in order)
            {
                results[index] = await children[index]!.StopAsync(results[index], cancellationToken);
                progress.End(round + 1, rounds, scenarios[index].Name, results[index]);
            }

            return results;
        }
        finally
        {
            foreach (var child in children)
            {
                if (child is not null)
                {
                    await child.DisposeAsync();
                }
            }
        }
    }

    /// <summary>Measures a round until the machine keeps its speed, and gives up after some attempts: the steadiest counts.</summary>
    private async Task<Measurement[]> MeasureSteadilyAsync(
        int round, List<int> order, ChildProcess[] children, CancellationToken cancellationToken)
    {
        (Measurement[] Means, double Change) best = ([], double.PositiveInfinity);
        for (var attempt = 1; ; attempt++)
        {
            var there = await MeasureAllAsync(round, order, children, cancellationToken);
            var back = await MeasureAllAsync(round, order.AsEnumerable().Reverse(), children, cancellationToken);
            var change = order.Max(index => Change(there[index], back[index]));
            if (change < best.Change)
            {
                best = ([.. there.Zip(back, Measurement.Mean)], change);
            }

            if (change <= Tolerance || attempt == Attempts)
            {
                return best.Means;
            }

            var most = order.MaxBy(index => Change(there[index], back[index]));
            progress.Again(round + 1, rounds, scenarios[most].Name, there[most].CpuMicrosPerMessage, back[most].CpuMicrosPerMessage);
        }
    }

    private async Task<Measurement[]> MeasureAllAsync(
        int round, IEnumerable<int> order, ChildProcess[] children, CancellationToken cancellationToken)
    {
        var results = new Measurement[children.Length];
        foreach (var index in order)
        {
            progress.Begin(round + 1, rounds, $"measuring {scenarios[index].Name}");
            results[index] = await children[index].MeasureAsync(cancellationToken);
        }

        return results;
    }
}
