using System.Globalization;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Scaling;

/// <summary>Runs a profile with different numbers of actor hosts, each against a Choir of its own, one after the other.</summary>
/// <param name="run">Runs the profile against a gateway with an API key, for a number of actor hosts; it ends early with a report when it is cancelled.</param>
/// <param name="say">Gets what is done, a line at a time.</param>
/// <param name="time">The clock.</param>
public sealed class ScaleRun(Func<Uri, string, int, CancellationToken, Task<LoadReport>> run, Action<string> say, TimeProvider time)
{
    /// <summary>Runs all.</summary>
    /// <param name="actorHosts">The numbers of actor hosts.</param>
    /// <param name="cancellationToken">Ends it after what has been measured.</param>
    /// <returns>The result; null if it was cancelled before the first run had a report.</returns>
    /// <exception cref="ScalingException">A Choir could not be started.</exception>
    public async Task<ScalingReport?> RunAsync(IReadOnlyList<int> actorHosts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actorHosts);
        var reports = new List<(int, LoadReport)>();
        try
        {
            await OwnChoir.BuildAsync(say, time, cancellationToken);
            foreach (var hosts in actorHosts)
            {
                cancellationToken.ThrowIfCancellationRequested();
                reports.Add((hosts, await RunOneAsync(hosts, cancellationToken)));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What was measured until then is the result.
        }

        var complete = reports.Where(one => !one.Item2.Interrupted).ToList();
        return complete.Count == 0 ? null : ScalingAnalysis.Of(complete, interrupted: complete.Count < actorHosts.Count);
    }

    private async Task<LoadReport> RunOneAsync(int hosts, CancellationToken cancellationToken)
    {
        await using var choir = await OwnChoir.StartAsync(hosts, say, time, cancellationToken);
        var report = await run(choir.Gateway, choir.ApiKey, hosts, cancellationToken);
        say(string.Create(
            CultureInfo.InvariantCulture, $"{hosts} actor host{(hosts == 1 ? "" : "s")}: {ScalingLimit.BestStage(report)?.Rate ?? 0:0.#} a second. Stopping …"));
        return report;
    }
}
