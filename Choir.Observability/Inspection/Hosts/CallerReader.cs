using Choir.Observability;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Actors.Inspection;

/// <summary>
/// Tells whether callers still wait. The host of a called grain is not told when its caller stops, because of a cancellation, a timeout or another task that ended
/// first; the caller's own host knows.
/// </summary>
internal sealed class CallerReader(ActorTelemetry telemetry, StackReader stacks, IServiceProvider services)
{
    /// <summary>The most callers that are looked for, and the most turns of one that are read.</summary>
    private const int MaxCallers = 1_000, MaxTurns = 8;

    private readonly bool _observesCallers = services.GetService<CallerCalls>() is not null;

    public CallersView Read(ActorAddress[] callers)
    {
        var here = new HashSet<IObservedActor>();
        var wanted = callers.Take(MaxCallers).Where(GrainTurns.HasNameOfItsOwn).ToHashSet();
        var types = telemetry.Types.ToArray();
        foreach (var type in types.Where(type => type.IsGrain && wanted.Any(one => one.Type == type.Name)))
        {
            type.InFlight.ForEach(Add);
            type.Live.ForEach(Add);
        }

        var found = here.ToLookup(Waits, actor => actor.Address);
        var knowsAll = _observesCallers && callers.Length <= MaxCallers
            && Array.TrueForAll(types, type => type.Name != TelemetryNames.Other && (type.IsGrain || !callers.Any(one => one.Type == type.Name)));
        return new CallersView([.. found[true].Distinct()], [.. found[false].Except(found[true])], knowsAll);

        void Add(IObservedActor actor)
        {
            if (wanted.Contains(actor.Address))
            {
                here.Add(actor);
            }
        }
    }

    /// <summary>Whether it may await an answer of a call that its host does not list.</summary>
    private bool Waits(IObservedActor actor)
    {
        var (turns, asks) = (actor.ReadTurns(), actor.ReadWaits());
        return turns.Length == 0 ? !_observesCallers && actor is GrainActivation { IsStartingOrLeaving: true }
            : turns.Length > MaxTurns ? !_observesCallers
            : StackReader.AnyOf(turns, turn => stacks.AwaitsAnswer(turn, asks)) switch
            {
                // It awaits what is listed, or else a call that its host does not observe.
                true => !_observesCallers || asks.Length == 0,
                null => !_observesCallers,
                false => false,
            };
    }
}
