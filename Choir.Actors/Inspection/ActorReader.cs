using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Choir.Actors.Hosting;
using Choir.Actors.Messaging;
using Choir.Actors.State;
using Choir.Actors.Telemetry;
using Orleans;
using Orleans.Runtime;

namespace Choir.Actors.Inspection;

/// <summary>Reads what this host knows of one actor, without a turn of it: what is read is never changed, only replaced.</summary>
internal sealed class ActorReader(
    ActorTelemetry telemetry, HopReader hops, ProcessClock clock, ActorRuntime runtime, ILocalActivationStatusChecker engine)
{
    /// <summary>The most messages and state changes of one answer.</summary>
    public const int MaxEntries = 50;

    private const int MaxStateLength = 65_536;

    /// <summary>Reads it.</summary>
    public HostActor Read(ActorAddress address)
    {
        var live = Find(address);
        var messages = hops.Find(record => record.ActorId == address.Id && record.Edge.Kind.ActorType == address.Type);
        return new HostActor(
            live is null ? null : Live(live),
            hops.Hops(messages.TakeLast(MaxEntries).Reverse()),
            telemetry.StateChanges.Of(address.Type, address.Id).Take(MaxEntries).ToArray());
    }

    /// <summary>Whom an actor waits for, since when.</summary>
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

    // The engine's directory says at once where an actor is not, which is on all hosts but one.
    private Actor? Find(ActorAddress address) =>
        engine.IsLocallyActivated(GrainId.Create(address.Type, address.Id))
            ? telemetry.Types.FirstOrDefault(type => type.Name == address.Type)?.Live.Find(address.Id)
            : null;

    private LiveActor Live(Actor actor)
    {
        RunningMessage? running = null;
        if (actor.MessageInHand is { } message)
        {
            var ran = clock.Time.GetElapsedTime(actor.TurnStarted);
            running = new RunningMessage(
                message.Id, message.Type, message.CorrelationId, clock.Time.GetUtcNow() - ran, ran.TotalMilliseconds);
        }

        return new LiveActor(runtime.HostName, actor.QueueLength, running, WaitsOf(actor), StateOf(actor));
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A state may not like to be written; the rest of the answer counts.")]
    private static StateSnapshot? StateOf(Actor actor)
    {
        try
        {
            if (actor.StateForInspection() is not { } state)
            {
                return null;
            }

            var json = Redaction.Clean(state.Json);
            var isCut = json.Length > MaxStateLength;
            return new StateSnapshot(
                isCut ? json[..MaxStateLength] : json,
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

/// <summary>Makes one picture of what the hosts know of an actor.</summary>
internal static class ActorMerge
{
    /// <summary>Makes it.</summary>
    public static ActorView View(ActorAddress actor, HostReports<HostActor> reports) => new(
        actor.Type,
        actor.Id,
        reports.All.Select(report => report.Value.Live).FirstOrDefault(live => live is not null),
        reports.All.SelectMany(report => report.Value.Messages)
            .OrderByDescending(message => message.StartedAt).Take(ActorReader.MaxEntries).ToArray(),
        reports.All.SelectMany(report => report.Value.StateChanges)
            .OrderByDescending(change => change.At).Take(ActorReader.MaxEntries).ToArray(),
        reports.Hosts);
}
