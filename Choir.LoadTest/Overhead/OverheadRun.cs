using Choir.LoadTest.Overhead.Measuring;
using Choir.LoadTest.Overhead.Scenarios;

namespace Choir.LoadTest.Overhead;

/// <summary>Measures all scenarios, round by round.</summary>
/// <remarks>
/// In a round each scenario runs in a process of its own. First all are warmed up, which takes long; then one after the other
/// is measured, in order and then in reverse order, which takes a second or two each. So compared measurements are close in
/// time, on a machine whose speed may change within a minute, and the two measurements of each scenario show whether it did.
/// </remarks>
/// <param name="scenarios">The scenarios.</param>
/// <param name="rounds">The number of rounds.</param>
/// <param name="options">The options of each measurement.</param>
/// <param name="progress">Shows what is being measured.</param>
internal sealed class OverheadRun(IReadOnlyList<Scenario> scenarios, int rounds, MeasureOptions options, Progress progress)
{
    /// <summary>The largest accepted difference of the two measurements of a scenario, as a share.</summary>
    public const double Tolerance = 0.1;

    /// <summary>The limit of attempts to measure a round.</summary>
    public const int MaxAttempts = 4;

    /// <returns>For each round the measurements in the order of the scenarios.</returns>
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
    /// The order of the scenarios in a round. It rotates, so that a machine that becomes slower does not favour the first ones.
    /// </summary>
    public static IEnumerable<int> Order(int count, int round) => Enumerable.Range(0, count).Select(index => (index + round) % count);

    /// <summary>The change of the machine's speed between two measurements of the same process, as a share.</summary>
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

    /// <summary>Measures a round until the machine keeps its speed, with a limit of attempts; the one with the least change counts.</summary>
    private async Task<Measurement[]> MeasureSteadilyAsync(
        int round, List<int> order, ChildProcess[] children, CancellationToken cancellationToken)
    {
        (Measurement[] Means, double Change) best = ([], double.PositiveInfinity);
        for (var attempt = 1; ; attempt++)
        {
            var forward = await MeasureAllAsync(round, order, children, cancellationToken);
            var reverse = await MeasureAllAsync(round, order.AsEnumerable().Reverse(), children, cancellationToken);
            var change = order.Max(index => Change(forward[index], reverse[index]));
            if (change < best.Change)
            {
                best = ([.. forward.Zip(reverse, Measurement.Mean)], change);
            }

            if (change <= Tolerance || attempt == MaxAttempts)
            {
                return best.Means;
            }

            var worst = order.MaxBy(index => Change(forward[index], reverse[index]));
            progress.Again(round + 1, rounds, scenarios[worst].Name, forward[worst].CpuMicrosPerMessage, reverse[worst].CpuMicrosPerMessage);
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
