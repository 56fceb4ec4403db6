using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Choir.Observability;
using Choir.Redaction;
using Orleans;
using Orleans.Runtime;

namespace Choir.Actors.Inspection;

/// <summary>Reads what this host knows about one actor, from any thread: all values that it reads are replaced, never changed.</summary>
internal sealed class ActorReader(
    ActorTelemetry telemetry, TraceReader traces, TimeProvider time, ILocalSiloDetails silo, ILocalActivationStatusChecker activations)
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
            HostAnswers.None)
        {
            LoadingForMs = live is null && Loading(address) is { } loading ? time.GetElapsedTime(loading.TurnStarted).TotalMilliseconds : null,
        };
    }

    /// <summary>The replies that an actor awaits.</summary>
    public AwaitedAnswer[] WaitsOf(IObservedActor actor) => Array.ConvertAll(actor.ReadWaits(), Awaited);

    /// <summary>An awaited reply, for other hosts.</summary>
    public AwaitedAnswer Awaited(AwaitedCall call)
    {
        var waited = time.GetElapsedTime(call.Sent);
        return new AwaitedAnswer(
            call.To.Type, call.To.Id, call.MessageId, call.MessageType, time.GetUtcNow() - waited, waited.TotalMilliseconds);
    }

    // Orleans knows at once whether an actor is active here, so only one host searches its live actors. The names of grains may be cut.
    private IObservedActor? Find(ActorAddress address) =>
        telemetry.Types.FirstOrDefault(type => type.Name == address.Type) is { } type
        && (type.IsGrain || activations.IsLocallyActivated(GrainId.Create(address.Type, address.Id)))
            ? type.Live.Find(address.Id)
            : null;

    private IObservedActor? Loading(ActorAddress address) =>
        telemetry.Types.FirstOrDefault(type => type.Name == address.Type) is { Loading: { Count: > 0 } loading } ? loading.Find(address.Id) : null;

    private LiveActor Live(IObservedActor actor)
    {
        RunningMessage? running = null;
        double? upkeep = null;
        if (actor.ReadTurns() is [var turn, ..])
        {
            var ran = time.GetElapsedTime(turn.Started);
            if (turn.MessageType is { } type)
            {
                running = new RunningMessage(turn.KnownMessageId, type, turn.KnownCorrelationId, time.GetUtcNow() - ran, ran.TotalMilliseconds);
            }
            else if (Volatile.Read(ref actor.PlaceInFlight) >= 0)
            {
                upkeep = ran.TotalMilliseconds;
            }
        }

        var restart = actor.ReadRestart();
        return new LiveActor(
            silo.Name, actor.TypeTelemetry.IsGrain ? null : actor.QueueLength, running, WaitsOf(actor), StateOf(actor), upkeep, actor is GrainActivation grain ? grain.StateSize : actor.Load.StateSize)
        {
            RestartsAt = restart is null ? null : time.GetUtcNow() - time.GetElapsedTime(restart.At),
            FailuresInARow = restart?.Failures,
        };
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "An author's state may throw anything when it is serialized; the rest of the answer counts.")]
    private static StateSnapshot? StateOf(IObservedActor actor)
    {
        try
        {
            if (actor.ReadState() is not { } state)
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
