using System.ComponentModel;
using System.Text.Json.Serialization;
using Choir.Actors.Operations;
using Choir.Observatory.Api.Problems;

namespace Choir.Observatory.Api.Actors;

/// <summary>The body of <c>PUT /actors/{type}[/{id}]/quarantine</c>.</summary>
/// <param name="Mode">pause or skip.</param>
/// <param name="Reason">Why, in a sentence that operators and callers read.</param>
/// <param name="MessageType">The message type; null for all messages.</param>
/// <param name="Minutes">Duration in minutes, 1 to 1440; 10 if omitted.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record QuarantineRequest(
    [property: Description("pause: messages wait until the quarantine ends; skip: they are refused.")] string Mode,
    [property: Description("Why, as a sentence of at most 256 characters. Callers whose messages are refused read it.")] string Reason,
    [property: Description("Only messages of this type, in upper snake case; all messages, timers and reminders if omitted.")] string? MessageType = null,
    [property: Description("Duration in minutes, 1 to 1440; 10 if omitted.")] int? Minutes = null)
{
    private const int DefaultMinutes = 10;
    private const int MaxMinutes = 1_440;
    private const int MaxReason = 256;

    /// <param name="type">The actor type.</param>
    /// <param name="id">The actor's id; null for all actors of the type.</param>
    /// <param name="by">Who sets it.</param>
    /// <exception cref="ApiProblemException">A value is out of range.</exception>
    public (Quarantine Quarantine, TimeSpan Duration) Check(string type, string? id, string by)
    {
        CheckReason(Reason);
        if (Minutes is < 1 or > MaxMinutes)
        {
            throw ApiProblemException.Invalid($"\"minutes\" must be from 1 to {MaxMinutes}; it is {Minutes}.");
        }

        MessageTypeRule.Check(MessageType, "messageType");
        return (
            new Quarantine(type, id, MessageType, ModeOf(Mode), Reason, by, Until: default),
            TimeSpan.FromMinutes(Minutes ?? DefaultMinutes));
    }

    /// <exception cref="ApiProblemException">It is no sentence that can be stored and logged.</exception>
    internal static string CheckReason(string? reason)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReason || reason.Any(char.IsControl))
        {
            throw ApiProblemException.Invalid($"\"reason\" must be a sentence of 1 to {MaxReason} characters, without control characters.");
        }

        TextRules.Check(reason, "reason");
        return reason;
    }

    private static QuarantineMode ModeOf(string? mode) => mode?.ToUpperInvariant() switch
    {
        "PAUSE" => QuarantineMode.Pause,
        "SKIP" => QuarantineMode.Skip,
        _ => throw ApiProblemException.Invalid("\"mode\" must be pause or skip."),
    };
}
