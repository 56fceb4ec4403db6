using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Choir.Tests.Unit.Observability;

public sealed class ReminderWatchTests
{
    private static readonly DateTime First = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task Ticks_are_measured_and_those_without_a_grain_type_are_orphans()
    {
        await using var cluster = await GrainCluster.StartAsync(configureSilo: silo => silo.UseInMemoryReminderService());
        foreach (var type in new[] { "numbered", "gone", "box`1[[System.String]]" })
        {
            await cluster.Client.GetGrain<IReporter>("22").RemindAsync(type);
        }

        await Eventually.HoldsAsync("three ticks and an orphan", () =>
            cluster.Measurements.Of("actor.reminder.lateness").Select(one => one.Tags["actor.type"]).Order(StringComparer.Ordinal).SequenceEqual(["box`1[[System.String]]", "gone", "numbered"])
            && cluster.Measurements.Of("actor.reminder.orphans").Select(one => one.Tags["actor.type"]).SequenceEqual(["gone"]));
        Assert.All(cluster.Measurements.Of("actor.reminder.lateness"), one => Assert.InRange(one.Value, 0, 30));
    }

    [Theory]
    [InlineData(0, 60, 0)]
    [InlineData(7, 60, 7)]
    [InlineData(127, 60, 7)]
    [InlineData(119.5, 60, 0)]
    [InlineData(-5, 60, 0)]
    [InlineData(5, 0, 0)]
    public void A_tick_is_late_by_the_time_since_it_was_due(double seconds, double period, double late) =>
        Assert.Equal(late, ReminderWatch.Lateness(new TickStatus(First, TimeSpan.FromSeconds(period), First.AddSeconds(seconds))).TotalSeconds);
}
