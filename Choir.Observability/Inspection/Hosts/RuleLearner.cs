using Choir.Actors.Operations;
using Choir.Observability;
using Orleans;
using Orleans.Runtime;

namespace Choir.Actors.Inspection;

/// <summary>When a host joins, gets the diagnostic overrides and quarantines that are in force on the other hosts.</summary>
internal sealed class RuleLearner(HostRoundTrip hosts, DiagnosticOverrides diagnostics, IQuarantines quarantines)
    : ILifecycleParticipant<ISiloLifecycle>
{
    // In the last stage the host is active, so it receives all changes from now on.
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(RuleLearner), ServiceLifecycleStage.Last, _ => LearnAsync());

    private async Task LearnAsync()
    {
        var (overrides, rules) = (
            hosts.AskAsync(host => host.DiagnosticsAsync(), others: true),
            hosts.AskAsync(host => host.QuarantinesAsync(), others: true));
        Array.ForEach([.. (await overrides.ConfigureAwait(false)).Values.SelectMany(known => known)], diagnostics.Rules.Learn);
        Array.ForEach([.. (await rules.ConfigureAwait(false)).Values.SelectMany(known => known)], quarantines.Learn);
    }
}
