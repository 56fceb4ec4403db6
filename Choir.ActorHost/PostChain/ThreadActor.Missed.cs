using Choir.Actors;
using Choir.Storage;

namespace Choir.ActorHost.PostChain;

/// <content>
/// Finds inputs that were stored although storing them seemed to fail: the connection broke before the database's answer. Their
/// senders may not ask again, so the thread completes them by itself.
/// </content>
internal sealed partial class ThreadActor
{
    private bool _mayHaveMissed;

    /// <summary>An input could not be stored, or its answer was lost. The timer looks for it as soon as the database answers.</summary>
    private void LookForMissed()
    {
        _mayHaveMissed = true;
        EnsureTimer();
    }

    private async Task AddMissedAsync(CancellationToken cancellationToken)
    {
        _mayHaveMissed = true;
        try
        {
            foreach (var cycle in await threads.RunningCyclesAsync(Id, cancellationToken))
            {
                Running.Add(cycle.CycleId, cycle.CorrelationId, TraceContext.Parse(cycle.TraceParent));
            }

            _mayHaveMissed = false;
            EnsureTimer();
        }
        catch (Exception e) when (DatabaseFault.Of(e) is { IsTemporary: true })
        {
            // The timer tries again. It is no failure of the actor, which would be restarted for it.
        }
    }
}
