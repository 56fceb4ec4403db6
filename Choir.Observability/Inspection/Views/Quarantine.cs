using System.Text.Json;
using System.Text.Json.Serialization;
using Choir.Actors.Inspection;
using Orleans;

namespace Choir.Actors.Operations;

/// <summary>What happens to messages during a quarantine.</summary>
[JsonConverter(typeof(QuarantineModeConverter))]
public enum QuarantineMode
{
    /// <summary>
    /// They wait until it ends, and then run in their order before newer ones. As many wait as the actor's queue takes, besides
    /// those in the queue (<c>ActorOptions.MailboxCapacity</c>); more are refused with <see cref="ErrorCodes.MailboxFull"/>.
    /// </summary>
    Pause,

    /// <summary>They are refused: <see cref="ErrorCodes.Quarantined"/>, or a dead letter if no reply is expected.</summary>
    Skip,
}

/// <summary>Writes the mode as <c>pause</c> or <c>skip</c> where the application has no converter for enumerations.</summary>
internal sealed class QuarantineModeConverter() : JsonStringEnumConverter<QuarantineMode>(JsonNamingPolicy.CamelCase);

/// <summary>Takes an actor type, one actor or a message type out of service for a limited time.</summary>
/// <remarks>
/// A message that is already in its handler is not affected. Without a message type, timers and reminders do not run either:
/// they wait, or are left out. A reminder that waits runs once, however often it was due.
/// </remarks>
/// <param name="Type">The actor type.</param>
/// <param name="Id">The actor's id; null for all actors of the type.</param>
/// <param name="MessageType">The message type; null for all messages.</param>
/// <param name="Mode">What happens to messages.</param>
/// <param name="Reason">Why, in a sentence that operators and callers read.</param>
/// <param name="By">Who set it.</param>
/// <param name="Until">When it ends.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Operations.Quarantine")]
public sealed record Quarantine(
    [property: Id(0)] string Type,
    [property: Id(1)] string? Id,
    [property: Id(2)] string? MessageType,
    [property: Id(3)] QuarantineMode Mode,
    [property: Id(4)] string Reason,
    [property: Id(5)] string By,
    [property: Id(6)] DateTimeOffset Until)
{
    internal static bool HaveSameTarget(Quarantine one, Quarantine other) =>
        one.Type == other.Type && one.Id == other.Id && one.MessageType == other.MessageType;
}

/// <summary>The quarantines in force.</summary>
/// <param name="Quarantines">The quarantines, the first to end first.</param>
/// <param name="Hosts">The hosts that have them; a host that joins later gets them too.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Operations.QuarantineView")]
public sealed record QuarantineView(
    [property: Id(0)] IReadOnlyList<Quarantine> Quarantines, [property: Id(1)] HostAnswers Hosts)
{
    /// <summary>Those of an actor type, or of one actor and its type; all if the type is null.</summary>
    internal Quarantine[] Of(string? type, string? id) => Quarantines
        .Where(one => type is null || (one.Type == type && (id is null || one.Id is null || one.Id == id)))
        .ToArray();
}
