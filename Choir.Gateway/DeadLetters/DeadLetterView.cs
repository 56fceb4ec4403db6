using System.Text;
using System.Text.Json;
using Choir.Redaction;
using Choir.Storage;

namespace Choir.Gateway.DeadLetters;

/// <summary>A message that was not handled and whose sender was not informed.</summary>
/// <param name="Id">The dead letter's id, a UUIDv7.</param>
/// <param name="ActorType">The receiver's type.</param>
/// <param name="ActorId">The receiver's id.</param>
/// <param name="Reason">
/// <c>no_handler</c>, <c>invalid_data</c>, <c>mailbox_full</c>, <c>expired</c>, <c>cancelled</c>, <c>quarantined</c> or <c>undeliverable</c>.
/// </param>
/// <param name="Detail">A description for people, without secrets.</param>
/// <param name="At">When it became a dead letter.</param>
/// <param name="MessageType">The message's type.</param>
/// <param name="MessageId">The message's id, a UUIDv7.</param>
/// <param name="CorrelationId">The id of the correlation that the message belongs to.</param>
/// <param name="Sender">The sending actor as <c>type/id</c>; null if the sender is not an actor.</param>
/// <param name="SizeBytes">The length of the message's content.</param>
/// <param name="Data">The content without secrets; a string if it is not JSON, null if it is longer than 4 KiB.</param>
/// <param name="ReplayedAt">When it was replayed; null if it was not.</param>
internal sealed record DeadLetterView(
    Guid Id,
    string ActorType,
    string ActorId,
    string Reason,
    string Detail,
    DateTimeOffset At,
    string MessageType,
    Guid MessageId,
    Guid CorrelationId,
    string? Sender,
    int SizeBytes,
    JsonElement? Data,
    DateTimeOffset? ReplayedAt)
{
    private const int MaxShown = 4_096;

    public static DeadLetterView Of(StoredDeadLetter stored)
    {
        var letter = stored.Letter;
        var message = letter.Message;
        return new DeadLetterView(
            letter.Id,
            letter.Target.Type,
            letter.Target.Id,
            letter.Reason,
            Redactor.Clean(letter.Detail),
            letter.At,
            message.Type,
            message.Id,
            message.CorrelationId,
            message.Sender.IsNone ? null : message.Sender.ToString(),
            message.Data.Length,
            message.Data.Length <= MaxShown ? Shown(message.Data) : null,
            stored.ReplayedAt);
    }

    private static JsonElement Shown(byte[] data)
    {
        try
        {
            return JsonElement.Parse(JsonRedactor.Clean(data));
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(Redactor.Clean(Encoding.UTF8.GetString(data)));
        }
    }
}

/// <summary>A page of dead letters, newest first.</summary>
/// <param name="DeadLetters">The letters of this page.</param>
/// <param name="Next">The cursor of the next page, given as <c>?before=</c>; null on the last one.</param>
internal sealed record DeadLetterPage(IReadOnlyList<DeadLetterView> DeadLetters, Guid? Next);

/// <summary>The answer of <c>POST /dead-letters/{id}/replay</c>.</summary>
/// <param name="Id">The dead letter's id.</param>
/// <param name="CorrelationId">The correlation id of the message, which is the same as before.</param>
internal sealed record DeadLetterReplayed(Guid Id, Guid CorrelationId);
