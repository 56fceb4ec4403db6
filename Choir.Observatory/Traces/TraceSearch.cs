using System.Globalization;
using Choir.Actors.Inspection;

namespace Choir.Observatory.Traces;

/// <summary>The search of the page of traces, as it stands in the address of the page. Empty conditions are not set.</summary>
internal sealed record TraceSearch(string? Type, string? Actor, string? Message, string? From, string? Failed, string? Slower, string? Upkeep = null)
{
    /// <summary>The conditions for the inspection; null if a condition cannot be understood.</summary>
    public MessageFilter? Filter
    {
        get
        {
            var slower = double.NaN;
            var isValid = string.IsNullOrWhiteSpace(Slower)
                || (double.TryParse(Slower, NumberStyles.Float, CultureInfo.InvariantCulture, out slower) && slower is >= 0 and <= 1e9);
            return isValid
                ? new MessageFilter(
                    Text(Type), Text(Actor), Text(Message), Text(From), Failed == "true", double.IsNaN(slower) ? null : slower, MessageFilter.MaxLimit)
                {
                    // Who names an actor, a message or a sender wants all of them.
                    WithoutUpkeep = Upkeep != "true" && (Text(Type) ?? Text(Actor) ?? Text(Message) ?? Text(From)) is null,
                }
                : null;
        }
    }

    /// <summary>The page's address with these conditions, relative to the Observatory's path.</summary>
    public string Address
    {
        get
        {
            var conditions = new (string Name, string? Value)[]
            {
                ("type", Text(Type)), ("actor", Text(Actor)), ("message", Text(Message)), ("from", Text(From)),
                ("failed", Failed == "true" ? "true" : null), ("slower", Text(Slower)), ("upkeep", Upkeep == "true" ? "true" : null),
            };
            var query = string.Join('&', conditions.Where(one => one.Value is not null).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}"));
            return query.Length > 0 ? $"traces?{query}" : "traces";
        }
    }

    /// <summary>Reads a correlation id, a trace id of 32 digits, or the trace id of a <c>traceparent</c> header.</summary>
    public static Guid? IdOf(string? text)
    {
        var id = (text ?? "").Trim().Trim('"');
        id = id.Split('-') is ["00", { Length: 32 } ofTrace, ..] ? ofTrace : id;
        return Guid.TryParseExact(id, "D", out var found) || Guid.TryParseExact(id, "N", out found) ? found : null;
    }

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}

/// <summary>The found messages of a correlation.</summary>
/// <param name="CorrelationId">The correlation id.</param>
/// <param name="At">When the first of them was sent, or handled if that is not known.</param>
/// <param name="First">The first of them.</param>
/// <param name="Count">Their number.</param>
/// <param name="TotalMs">The time to the end of the last handler, in ms.</param>
/// <param name="Outcome">The worst outcome.</param>
internal sealed record FoundTrace(Guid CorrelationId, DateTimeOffset At, MessageHop First, int Count, double TotalMs, string Outcome)
{
    /// <summary>Groups messages by their correlation id, the newest correlation first.</summary>
    public static IReadOnlyList<FoundTrace> Of(IEnumerable<MessageHop> hops) =>
    [
        .. hops.GroupBy(hop => hop.CorrelationId).Select(group =>
        {
            var first = group.OrderBy(Begin).ThenBy(hop => hop.StartedAt).First();
            var end = group.Max(hop => hop.StartedAt.AddMilliseconds(Math.Max(hop.ProcessingMs, 0)));
            return new FoundTrace(
                group.Key, Begin(first), first, group.Count(), (end - Begin(first)).TotalMilliseconds, Outcomes.Worst(group.Select(hop => hop.Outcome)));
        }).OrderByDescending(trace => trace.At),
    ];

    private static DateTimeOffset Begin(MessageHop hop) => hop.SentAt ?? hop.StartedAt;
}
