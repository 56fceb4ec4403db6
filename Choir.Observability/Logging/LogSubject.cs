using System.Globalization;

namespace Choir.Observability;

/// <summary>
/// The actor and the message that a log record is about: those that its fields name if these are Choir's, see <see cref="LogOrigin"/>; else those that run.
/// </summary>
/// <param name="Actor">The actor; empty if there is none.</param>
/// <param name="MessageType">The message type; null if it is not known.</param>
/// <param name="MessageId">The message id; empty if it is not known.</param>
/// <param name="CorrelationId">The correlation id; empty if it is not known.</param>
/// <param name="Trace">The trace of the message; empty if it is not known.</param>
internal readonly record struct LogSubject(
    ActorAddress Actor, string? MessageType, Guid MessageId, Guid CorrelationId, TraceContext Trace)
{
    // Records of this library have fewer fields; a list may be endless.
    private const int MaxFields = 64;

    private const int MaxMessageType = 256;

    public bool IsNone => Actor.IsNone && CorrelationId == Guid.Empty;

    /// <summary>The length of its texts.</summary>
    public int Length => (Actor.IsNone ? 0 : Actor.Type.Length + Actor.Id.Length) + (MessageType?.Length ?? 0);

    /// <summary>The subject of a record.</summary>
    /// <param name="running">What the code that writes it runs in.</param>
    /// <param name="fields">The record's fields that may name others; null if none do.</param>
    public static LogSubject Of(LogSubject running, IReadOnlyList<KeyValuePair<string, object?>>? fields)
    {
        var subject = running.MessageType is { Length: > MaxMessageType } ? running with { MessageType = null } : running;
        return fields is null ? subject : subject.With(fields);
    }

    private LogSubject With(IReadOnlyList<KeyValuePair<string, object?>> fields)
    {
        string? type = null, id = null, messageType = null;
        ActorAddress actor = default;
        Guid messageId = default, correlationId = default;
        for (var index = 0; index < Math.Min(fields.Count, MaxFields); index++)
        {
            var (name, value) = fields[index];
            switch (name)
            {
                case "ActorType": type = value as string; break;
                case "ActorId": id = value as string; break;
                case "Actor" when Actor.IsNone && value is ActorAddress named && ActorAddress.TryCreate(named.Type, named.Id, out var valid, out _):
                    // One that was read from a store may be of any length.
                    actor = valid;
                    break;
                case "MessageType": messageType = value as string; break;
                case "MessageId": messageId = IdOf(value); break;
                case "CorrelationId": correlationId = IdOf(value); break;
            }
        }

        if (type is not null && id is not null && ActorAddress.TryCreate(type, id, out var address, out _))
        {
            actor = address;
        }

        // The message that runs has another type and another trace than one that the record names.
        var isOtherTrace = correlationId != default && correlationId != CorrelationId;
        var isOther = isOtherTrace || (messageId != default && messageId != MessageId);
        return new LogSubject(
            actor.IsNone ? Actor : actor,
            messageType is { Length: <= MaxMessageType } ? messageType : isOther ? null : MessageType,
            messageId != default ? messageId : isOtherTrace ? default : MessageId,
            correlationId != default ? correlationId : CorrelationId,
            isOtherTrace ? default : Trace);
    }

    private static Guid IdOf(object? value) => value switch
    {
        Guid id => id,
        string text => Guid.TryParse(text, CultureInfo.InvariantCulture, out var id) ? id : default,
        _ => default,
    };
}
