using System.Globalization;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace Choir.Tests.Unit.Actors.Inspection;

/// <summary>The reminders of an actor.</summary>
public sealed class ReminderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reminder_is_listed_with_its_period_and_when_it_is_due_next_until_it_is_cleared()
    {
        await using var cluster = await InspectedCluster.StartAsync(silos: 1);
        var actor = new ActorAddress(nameof(WorkerActor), "r");
        Assert.Empty((await cluster.Inspection.RemindersAsync(actor, Token)).Reminders);
        var gate = cluster.Gate();
        await cluster.Actors.AskAsync(actor.Type, actor.Id, "START_REMINDER", new Work(gate));

        var view = await cluster.Inspection.RemindersAsync(actor, Token);
        var reminder = Assert.Single(view.Reminders);
        Assert.Equal((gate, false, null), (reminder.Name, view.IsCut, view.Problem));
        Assert.True(reminder.Period > TimeSpan.Zero);
        Assert.InRange(reminder.NextDue!.Value - TimeProvider.System.GetUtcNow(), -reminder.Period, reminder.Period + TimeSpan.FromMinutes(1));
        await cluster.Actors.AskAsync(actor.Type, actor.Id, "STOP_REMINDER", new Work(gate));
        Assert.Empty((await cluster.Inspection.RemindersAsync(actor, Token)).Reminders);
    }

    [Fact]
    public async Task A_table_that_fails_is_said_to_have_failed()
    {
        await using var cluster = await InspectedCluster.StartAsync(silos: 1, configureSilo: silo => silo.Services.AddSingleton<ReminderReader>(services =>
            new ReminderReader(new ServiceCollection().AddSingleton<IReminderTable>(new BrokenTable()).BuildServiceProvider(),
                services.GetRequiredService<GrainKeys>(), TimeProvider.System, services.GetRequiredService<Microsoft.Extensions.Logging.ILogger<ReminderReader>>())));
        var view = await cluster.Inspection.RemindersAsync(new ActorAddress(nameof(WorkerActor), "r"), Token);
        Assert.Empty(view.Reminders);
        Assert.Equal("The table of reminders could not be read.", view.Problem);
    }

    [Theory]
    [InlineData("2026-01-01T00:00:10", 10, "2026-01-01T00:00:10")]
    [InlineData("2026-01-01T00:00:00", 10, "2026-01-01T00:00:10")]
    [InlineData("2025-12-31T23:59:55", 10, "2026-01-01T00:00:05")]
    [InlineData("2025-01-01T00:00:00", 86_400, "2026-01-02T00:00:00")]
    [InlineData("2025-12-31T00:00:00", 0, null)]
    [InlineData("0001-01-01T00:00:00", long.MaxValue / TimeSpan.TicksPerSecond, null)]
    public void The_next_time_is_the_first_one_that_is_not_over(string start, long period, string? due)
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 5, TimeSpan.Zero);
        DateTimeOffset? expected = due is null ? null : DateTimeOffset.Parse($"{due}Z", CultureInfo.InvariantCulture);
        Assert.Equal(expected, ReminderReader.NextDue(DateTime.Parse(start, CultureInfo.InvariantCulture), TimeSpan.FromSeconds(period), now));
    }

    private sealed class BrokenTable : IReminderTable
    {
        public Task<ReminderTableData> ReadRows(GrainId grainId) => throw new InvalidOperationException("the table is broken");

        public Task<ReminderTableData> ReadRows(uint begin, uint end) => throw new NotSupportedException();

        public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) => throw new NotSupportedException();

        public Task<string?> UpsertRow(ReminderEntry entry) => throw new NotSupportedException();

        public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => throw new NotSupportedException();

        public Task TestOnlyClearTable() => throw new NotSupportedException();
    }
}
