using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;

namespace Choir.Observability;

/// <summary>
/// Compares the list of live actors with the activations that Orleans has. An activation adds its actor to the list, but
/// Orleans can drop an activation without deactivating it, for example one that it considers stuck: its actor would be
/// counted for ever.
/// </summary>
internal sealed class CatalogueCheck(
    ActorTelemetry telemetry, ILocalActivationStatusChecker activations, TimeProvider time, IOptions<GrainCollectionOptions> collection, ILogger<CatalogueCheck> logger)
{
    /// <summary>The time from the end of Orleans' limit for a deactivation until it should have been reported.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly Dictionary<TypeTelemetry, Progress> _progress = [];

    /// <summary>
    /// Checks a bounded number of actors of each type. One without an activation, now and at the tick before, is counted as
    /// destroyed (failed) and logged.
    /// </summary>
    public void Tick()
    {
        foreach (var type in telemetry.Types)
        {
            if (!_progress.TryGetValue(type, out var progress))
            {
                _progress.Add(type, progress = new Progress());
            }

            Check(type, progress);
        }
    }

    private void Check(TypeTelemetry type, Progress progress)
    {
        var left = progress.Suspects.FindAll(actor => IsMissing(actor) && type.OnDestroyed(actor, (int)DestroyReason.Failed));
        if (left.Count > 0)
        {
            logger.CatalogueDiffered(type.Name, left.Count, left[0].Address.Id);
        }

        progress.Suspects.Clear();
        type.Live.ForNextChunk(ref progress.Next, actor =>
        {
            if (IsMissing(actor))
            {
                progress.Suspects.Add(actor);
            }
        });
    }

    // Orleans knows an activation by the id of its grain, and calls one that is being deactivated not active. The id of one that it has dropped may be
    // active again.
    private bool IsMissing(IObservedActor actor) => actor is GrainActivation { DeactivatingSince: not 0 and var since }
        ? collection.Value.DeactivationTimeout is var limit && limit >= TimeSpan.Zero && time.GetElapsedTime(since) > limit + Grace
        : !activations.IsLocallyActivated(actor.GrainContext.GrainId);

    private sealed class Progress
    {
        /// <summary>Actors without an activation at the last tick.</summary>
        public List<IObservedActor> Suspects { get; } = [];

        public int Next;
    }
}
