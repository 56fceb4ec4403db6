using Orleans.Runtime;

namespace Choir.Actors.Hosting;

/// <summary>
/// Tells an actor that Orleans begins to deactivate it, for whatever reason. Orleans waits for the open calls first, and what is
/// paused is an open call.
/// </summary>
internal sealed class LeavingActors : IActivationWorkingSetObserver
{
    /// <inheritdoc/>
    public void OnDeactivating(IActivationWorkingSetMember member)
    {
        if (member is IGrainContext { GrainInstance: Actor actor } context)
        {
            // Orleans calls this on any thread.
            context.Scheduler.QueueAction(actor.OnLeaving);
        }
    }
}
