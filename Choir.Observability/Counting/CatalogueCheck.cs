using Microsoft.Extensions.Logging;
using Orleans;

namespace Choir.Observability;

/// <summary>
/// Compares the list of live actors with the activations that Orleans has. An activation adds its actor to the list, but
/// Orleans can drop an activation without deactivating it, for example one that it considers stuck: its actor would be
/// counted for ever.
/// </summary>
internal sealed class CatalogueCheck(ActorTelemetry telemetry, ILocalActivationStatusChecker activations, ILogger<CatalogueCheck> logger)
{
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

    private bool IsMissing(IObservedActor actor) => !activations.IsLocallyActivated(actor.GrainContext.GrainId);

    private sealed class Progress
    {
        /// <summary>Actors without an activation at the last tick.</summary>
        public List<IObservedActor> Suspects { get; } = [];

        public int Next;
    }
}
