using Choir.Actors.Inspection;
using Choir.Actors.Operations;
using Choir.Observatory.History;

namespace Choir.Observatory.Live;

/// <summary>Reads the quarantines and diagnostics of all hosts, at most each five seconds, to notice their changes.</summary>
internal sealed class ClusterRules(IServiceProvider application, IActorInspection inspection, TimeProvider time)
{
    // Readings are made each second, not exactly.
    private static readonly TimeSpan Pause = HistoryStore.Step - TimeSpan.FromMilliseconds(500);

    private long _readAt;

    public async Task ReadAsync(ClusterEvents events, CancellationToken token)
    {
        if (_readAt != 0 && time.GetElapsedTime(_readAt) < Pause)
        {
            return;
        }

        _readAt = time.GetTimestamp();
        try
        {
            events.Compare((await inspection.DiagnosticsAsync(null, null, token).ConfigureAwait(false)).Overrides);
            if (application.GetService(typeof(IActorOperations)) is IActorOperations operations)
            {
                events.Compare((await operations.QuarantinesAsync(null, null, token).ConfigureAwait(false)).Quarantines);
            }
        }
        catch (InspectionUnavailableException)
        {
            // They are read again in five seconds.
        }
    }
}
