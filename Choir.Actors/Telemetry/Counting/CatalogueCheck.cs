using Microsoft.Extensions.Logging;
using Orleans;

namespace Choir.Actors.Telemetry;

/// <summary>
/// Holds the list of live actors against the engine's own catalogue. An actor enters the list in its own activation, but
/// the engine may let one go without a word, such as one that it takes for stuck: that one would be counted for ever.
/// </summary>
/// <param name="telemetry">Knows the live actors.</param>
/// <param name="engine">Knows what is activated here.</param>
/// <param name="logger">Is told once of what was wrong.</param>
internal sealed class CatalogueCheck(ActorTelemetry telemetry, ILocalActivationStatusChecker engine, ILogger<CatalogueCheck> logger)
{
    private readonly Dictionary<TypeTelemetry, Doubts> _doubts = [];

    /// <summary>
    /// Looks at some actors of each type, a bounded number. One that the engine does not have now and did not have at the
    /// tick before has left: it is counted as failed, and logged.
    /// </summary>
    public void Tick()
    {
        foreach (var type in telemetry.Types)
        {
            if (!_doubts.TryGetValue(type, out var doubts))
            {
                _doubts.Add(type, doubts = new Doubts());
            }

            Check(type, doubts);
        }
    }

    private void Check(TypeTelemetry type, Doubts doubts)
    {
        var left = doubts.Actors.FindAll(actor => IsMissing(actor) && type.OnDestroyed(actor, (int)DestroyReason.Failed));
        if (left.Count > 0)
        {
            logger.CatalogueDiffered(type.Name, left.Count, left[0].AddressOf.Id);
        }

        doubts.Actors.Clear();
        type.Live.ForSome(ref doubts.Next, actor =>
        {
            if (IsMissing(actor))
            {
                doubts.Actors.Add(actor);
            }
        });
    }

    private bool IsMissing(Actor actor) => !engine.IsLocallyActivated(actor.GrainContext.GrainId);

    /// <summary>Where the look at a type's actors goes on, and whom the engine did not have at the last one.</summary>
    private sealed class Doubts
    {
        public List<Actor> Actors { get; } = [];

        public int Next;
    }
}
