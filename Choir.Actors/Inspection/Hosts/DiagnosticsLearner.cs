using Choir.Actors.Telemetry;
using Orleans;
using Orleans.Runtime;

namespace Choir.Actors.Inspection;

/// <summary>When a host joins, gets the diagnostic overrides that are in effect on the other hosts.</summary>
internal sealed class DiagnosticsLearner(HostRoundTrip hosts, DiagnosticOverrides diagnostics) : ILifecycleParticipant<ISiloLifecycle>
{
    // In the last stage the host is active, so it receives all changes from now on.
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(DiagnosticsLearner), ServiceLifecycleStage.Last, _ => LearnAsync());

    private async Task LearnAsync()
    {
        var reports = await hosts.AskAsync(host => host.DiagnosticsAsync(), others: true).ConfigureAwait(false);
        foreach (var known in reports.Values.SelectMany(overrides => overrides))
        {
            diagnostics.Learn(known);
        }
    }
}
