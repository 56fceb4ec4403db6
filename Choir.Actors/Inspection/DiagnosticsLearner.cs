using Choir.Actors.Telemetry;
using Orleans;
using Orleans.Runtime;

namespace Choir.Actors.Inspection;

/// <summary>A host that joins asks the others what log levels and sampling are changed for the time being.</summary>
internal sealed class DiagnosticsLearner(HostRoundTrip hosts, DiagnosticOverrides diagnostics) : ILifecycleParticipant<ISiloLifecycle>
{
    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        ArgumentNullException.ThrowIfNull(lifecycle);

        // Once the host is active, so that whoever changes something from now on tells this one too.
        lifecycle.Subscribe(nameof(DiagnosticsLearner), ServiceLifecycleStage.Last, _ => LearnAsync());
    }

    private async Task LearnAsync()
    {
        var reports = await hosts.AskAsync(host => host.DiagnosticsAsync(), others: true).ConfigureAwait(false);
        foreach (var known in reports.All.SelectMany(report => report.Value))
        {
            diagnostics.Learn(known);
        }
    }
}
