using System.Collections.Concurrent;
using System.Diagnostics;
using Choir.Actors;
using Choir.Actors.Messaging;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Orleans.Hosting;

namespace Choir.Tests.Unit.Actors;

/// <summary>A message that a leaving activation refuses is sent again.</summary>
public sealed class RetryTests
{
    private readonly ConcurrentQueue<long> _deliveries = new();
    private readonly ConcurrentDictionary<string, int> _deliveriesByActor = new();
    private readonly string _name = Guid.NewGuid().ToString("n");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_refused_message_is_sent_again_after_delays_that_double(bool isAsk)
    {
        await using var cluster = await StartAsync(refusals: 3);
        if (isAsk)
        {
            Assert.False((await cluster.AskAsync("WorkerActor", _name, "NOTE", new Work(_name))).IsError);
        }
        else
        {
            cluster.Tell("WorkerActor", _name, "NOTE", new Work(_name));
        }

        await Eventually.HoldsAsync("the message to be handled", () => Gates.Of(_name).Notes.Count == 1);
        var times = _deliveries.ToArray();
        Assert.Equal(4, times.Length);
        for (var retry = 0; retry < 3; retry++)
        {
            // Timers count in steps of the system's coarse clock, up to 4 ms, so they may fire that much early.
            Assert.True(Stopwatch.GetElapsedTime(times[retry], times[retry + 1]).TotalMilliseconds > (20 * (1 << retry)) - 5);
        }
    }

    [Fact]
    public async Task An_Ask_that_is_refused_each_time_ends_with_its_timeout()
    {
        await using var cluster = await StartAsync(refusals: int.MaxValue);
        var reply = await AskAsync(cluster, "NOTE", TimeSpan.FromSeconds(2));

        Assert.Equal(ErrorCodes.Timeout, reply.Error().Code);
        Assert.InRange(_deliveries.Count, 2, 7);
    }

    [Fact]
    public async Task An_Ask_whose_retry_is_not_answered_ends_with_its_timeout()
    {
        await using var cluster = await StartAsync(refusals: 1);
        var reply = await AskAsync(cluster, "WORK", TimeSpan.FromMilliseconds(300));
        Gates.Of(_name).Open();

        Assert.Equal(ErrorCodes.Timeout, reply.Error().Code);
    }

    [Fact]
    public async Task A_cancelled_Ask_is_not_sent_again()
    {
        await using var cluster = await StartAsync(refusals: int.MaxValue);
        using var cancel = new CancellationTokenSource();
        var asked = cluster.Client.Ask(new ActorAddress("WorkerActor", _name), "NOTE", ActorJson.Serialize(new Work(_name)), null, cancel.Token);
        await Eventually.HoldsAsync("the second retry", () => _deliveries.Count >= 3);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);

        // Those that were on their way arrive while another message is refused; without the cancellation one more would follow.
        await RefuseOtherAsync();
        var delivered = _deliveriesByActor[_name];
        await RefuseOtherAsync();
        Assert.Equal(delivered, _deliveriesByActor[_name]);

        Task RefuseOtherAsync() =>
            cluster.AskAsync("WorkerActor", "other", "NOTE", new Work(_name), new SendOptions { Timeout = TimeSpan.FromMilliseconds(800) });
    }

    [Fact]
    public async Task A_Tell_that_is_refused_each_time_becomes_a_dead_letter()
    {
        await using var cluster = await StartAsync(refusals: int.MaxValue);
        cluster.Tell("WorkerActor", _name, "NOTE", new Work(_name));

        Assert.Equal(DeadLetterReasons.Undeliverable, (await cluster.DeadLetters.OfAsync("NOTE")).Reason);
        Assert.Equal(9, _deliveries.Count);
    }

    private Task<ActorReply> AskAsync(ActorCluster cluster, string message, TimeSpan timeout) =>
        cluster.AskAsync("WorkerActor", _name, message, new Work(_name), new SendOptions { Timeout = timeout });

    /// <summary>A cluster that replies to the first deliveries as a leaving activation does.</summary>
    private Task<ActorCluster> StartAsync(int refusals) => ActorCluster.StartAsync(configureSilo: silo =>
        silo.AddIncomingGrainCallFilter(async call =>
        {
            if (call.Grain is WorkerActor)
            {
                _deliveries.Enqueue(Stopwatch.GetTimestamp());
                _deliveriesByActor.AddOrUpdate(call.TargetId.Key.ToString()!, 1, (_, count) => count + 1);
                if (_deliveries.Count <= refusals)
                {
                    call.Result = Postman.Reroute;
                    return;
                }
            }

            await call.Invoke();
        }));
}
