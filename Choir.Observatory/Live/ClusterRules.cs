using System.Diagnostics.CodeAnalysis;
using Choir.Actors.Inspection;
using Choir.Actors.Operations;
using Choir.Observatory.History;
using Microsoft.Extensions.Logging;

namespace Choir.Observatory.Live;

/// <summary>Reads the quarantines and diagnostics of all hosts, at most each five seconds, to notice their changes.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever fails, the actors are shown.")]
internal sealed class ClusterRules(IServiceProvider application, IActorInspection inspection, TimeProvider time, ILogger logger)
{
    // Readings are made each second, not exactly.
    private static readonly TimeSpan Pause = HistoryStore.Step - TimeSpan.FromMilliseconds(500);

    private long _readAt;
    private bool _failed;

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

            _failed = false;
        }
        catch (InspectionUnavailableException)
        {
            // They are read again in five seconds. The pages say that no host answers.
        }
        catch (Exception e) when (!token.IsCancellationRequested)
        {
            if (!_failed)
            {
                logger.RulesNotRead(e.Message);
            }

            _failed = true;
        }
    }
}
