using Choir.Actors.Inspection;

namespace Choir.Tests.Unit.Observatory.Traces;

/// <summary>Makes records of messages. Times are in ms since <see cref="Start"/>.</summary>
internal static class Hops
{
    public static readonly DateTimeOffset Start = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    private static readonly Guid Correlation = Guid.Parse("c0000000-0000-7000-8000-000000000000");

    public static MessageHop Hop(
        int number, double sent, double started, double ended, int? cause = null, string? actor = null, string outcome = "ok", string host = "host-a") => new(
        Id(number), Correlation, cause is { } id ? Id(id) : null, cause is null ? "gateway" : "CartActor", cause is null ? null : "cart",
        "CartActor", actor ?? $"{number}", "GO", host, Start.AddMilliseconds(sent), Start.AddMilliseconds(started), started - sent, ended - started, 2,
        outcome, null, null, null);

    /// <summary>The same message with an unknown time of sending.</summary>
    public static MessageHop WithoutSentAt(this MessageHop hop) => hop with { SentAt = null, QueueMs = null };

    public static Guid Id(int number) => Guid.Parse($"00000000-0000-7000-8000-{number:d12}");
}
