using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Choir.Tests.Unit.Actors.Telemetry.Support;

namespace Choir.Tests.Unit.Actors.Telemetry;

/// <summary>Queue length, queue time and processing time are measured separately.</summary>
[Collection(Alone.Name)]
public sealed class ThreeClocksTests
{
    private const int Messages = 100;

    // Timers use a coarser clock and may fire slightly early by this one.
    private static readonly TimeSpan Taken = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AtLeast = Taken - TimeSpan.FromMilliseconds(5);

    [Fact]
    public async Task A_hundred_messages_to_a_slow_actor_show_in_queue_length_queue_time_and_processing_time()
    {
        var exported = new ExportedMetrics();
        await using var cluster = await ActorCluster.StartAsync(configureSilo: silo => exported.AddTo(silo));
        var gate = Guid.NewGuid().ToString("n");
        var held = cluster.AskAsync("SlowActor", gate, "HOLD", new Work(gate));
        await Eventually.HoldsAsync("the actor to be busy", () => Gates.Of(gate).Arrived == 1);
        var sent = Enumerable.Range(0, Messages)
            .Select(_ => cluster.AskAsync("SlowActor", gate, "TAKE", new Take((int)Taken.TotalMilliseconds)))
            .ToArray();

        // No handler has started, so only the queue length shows the messages.
        await Eventually.HoldsAsync("all messages to wait", () => Of("message.queue.length") == Messages);
        Assert.Equal(Messages, Of("message.queue.longest"));
        Assert.Empty(exported.Collect().Of("actor.message.processing", ("message.type", "TAKE")));

        Gates.Of(gate).Open();
        await held;
        Assert.All(await Task.WhenAll(sent), reply => Assert.False(reply.IsError));
        Assert.Equal((0, 0), (Of("message.queue.length"), Of("message.queue.longest")));

        var series = exported.Collect();
        var processing = Assert.Single(series.Of("actor.message.processing", ("actor.type", "SlowActor"), ("message.type", "TAKE")));
        var queue = Assert.Single(series.Of("message.queue.time", ("actor.type", "SlowActor"), ("message.type", "TAKE")));
        Assert.Equal((Messages, Messages), (processing.Count, queue.Count));
        Assert.True(processing.Range.Min >= AtLeast.TotalSeconds, $"{processing}");

        // The last message waited while the 99 others were handled.
        Assert.True(queue.Range.Max >= (Messages - 1) * processing.Range.Min, $"{queue} {processing}");
        Assert.True(queue.Range.Max >= processing.Value - processing.Range.Max, $"{queue} {processing}");
        Assert.True(queue.Value >= Messages * (Messages - 1) / 2 * AtLeast.TotalSeconds, $"{queue}");
        Assert.True(processing.Range.Max < queue.Range.Max, $"{queue} {processing}");

        // The flight recorder has the same times.
        var records = cluster.RecordsOf("SlowActor").Where(record => record.Edge.Kind.MessageType == "TAKE").ToList();
        var ticks = cluster.Of<TimeProvider>().TimestampFrequency;
        Assert.Equal(Messages, records.Count);
        Assert.Equal(queue.Range.Max, (double)records.Max(record => record.Queue) / ticks, 6);
        Assert.Equal(processing.Value, (double)records.Sum(record => record.Processing) / ticks, 6);

        double Of(string name) => exported.Collect().Sum(name, ("actor.type", "SlowActor"));
    }
}
