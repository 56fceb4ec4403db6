using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Choir.Actors.Hosting;
using Choir.Actors.Messaging;
using Choir.Observability;
using Choir.Redaction;
using Orleans;
using Orleans.Runtime;

namespace Choir.Actors.Inspection;

/// <summary>Reads what this host knows about one actor, from any thread: all values that it reads are replaced, never changed.</summary>
internal sealed class ActorReader(
    ActorTelemetry telemetry, TraceReader traces, ProcessClock clock, ActorRuntime runtime, ILocalActivationStatusChecker activations)
{
    /// <summary>The most messages and state changes of one answer.</summary>
    public const int MaxEntries = 50;

    private const int MaxStateLength = 65_536;

    public ActorView Read(ActorAddress address)
    {
        var live = Find(address);
        var messages = traces.Find(record => record.ActorId == address.Id && record.Edge.Kind.ActorType == address.Type);
        return new ActorView(
            address.Type,
            address.Id,
            live is null ? null : Live(live),
            traces.Hops(messages.TakeLast(MaxEntries).Reverse()),
            telemetry.StateChanges.Of(address.Type, address.Id).Take(MaxEntries).ToArray(),
            Quarantines: [],
            HostAnswers.None);
    }

    /// <summary>The replies that an actor awaits.</summary>
    public AwaitedAnswer[] WaitsOf(Actor actor)
    {
        var now = clock.Time.GetUtcNow();
        return Array.ConvertAll(actor.AwaitedMessages, message =>
        {
            var waited = clock.Time.GetElapsedTime(message.SentTimestamp);
            return new AwaitedAnswer(
                message.To.Type.Name, message.To.Id, message.Id, message.Type, now - waited, waited.TotalMilliseconds);
        });
    }

    // Orleans knows at once whether the actor is active here, so only one host searches its live actors.
    private Actor? Find(ActorAddress address) =>
        activations.IsLocallyActivated(GrainId.Create(address.Type, address.Id))
            ? telemetry.ActorTypes.FirstOrDefault(type => type.Name == address.Type)?.Live.Find(address.Id) as Actor
            : null;

    private LiveActor Live(Actor actor)
    {
        RunningMessage? running = null;
        if (actor.RunningMessage is { } message)
        {
            var ran = clock.Time.GetElapsedTime(actor.TurnStarted);
            running = new RunningMessage(
                message.Id, message.Type, message.CorrelationId, clock.Time.GetUtcNow() - ran, ran.TotalMilliseconds);
        }

        double? upkeep = running is null && Volatile.Read(ref actor.PlaceInFlight) >= 0 ? clock.Time.GetElapsedTime(actor.TurnStarted).TotalMilliseconds : null;
        return new LiveActor(runtime.HostName, actor.QueueLength, running, WaitsOf(actor), StateOf(actor), upkeep);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "An author's state may throw anything when it is serialized; the rest of the answer counts.")]
    private static StateSnapshot? StateOf(Actor actor)
    {
        try
        {
            if (actor.StateForInspection() is not { } state)
            {
                return null;
            }

            var json = state.Json;
            var isCut = json.Length > MaxStateLength;
            return new StateSnapshot(
                isCut ? json[..TextCut.Border(json, MaxStateLength)] : json,
                isCut,
                long.TryParse(state.Version, CultureInfo.InvariantCulture, out var version) ? version : null,
                actor.Load.StateSize);
        }
        catch (Exception)
        {
            return null;
        }
    }
}
