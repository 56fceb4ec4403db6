using Choir.Actors;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;

namespace Choir.Tests.Unit.Actors;

/// <summary>A host that stops while dead letters wait to be stored.</summary>
public sealed class DeadLettersAtStopTests : IDisposable
{
    private readonly LogCollector _logs = new();

    private IEnumerable<LogRecord> Dropped => _logs.Records.Where(record => record.Event == "dead_letter_dropped");

    public void Dispose() => _logs.Dispose();

    [Fact]
    public async Task Dead_letters_that_wait_because_a_write_failed_are_stored_before_the_host_ends()
    {
        await using var cluster = await StartAsync();
        cluster.DeadLetters.FailWith("NOBODY_HANDLES", new IOException("The database is away for a moment."));
        await SendAsync(cluster, 50);

        await StopAsync(cluster);

        Assert.Equal(50, cluster.DeadLetters.Count);
        Assert.Empty(Dropped);
    }

    [Fact]
    public async Task A_dead_letter_that_is_created_after_all_parts_of_the_host_have_stopped_is_stored()
    {
        await using var cluster = await StartAsync(services => services.AddHostedService<LatePart>());

        await StopAsync(cluster);

        Assert.True(cluster.DeadLetters.Has("LATE"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dead_letters_that_the_store_does_not_accept_in_the_time_of_the_host_are_logged(bool stops)
    {
        var staying = new TaskCompletionSource();
        await using var cluster = await StartAsync(services =>
        {
            services.AddSingleton<IDeadLetterStore, SilentStore>();
            services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
            services.AddHostedService(_ => new StayingPart(stops ? Task.CompletedTask : staying.Task));
        });
        await SendAsync(cluster, 30);

        var stop = StopAsync(cluster);
        await Eventually.HoldsAsync("the letters to be logged", () => Dropped.Count() == DeadLetters.MaxLogged);
        staying.SetResult();
        await stop;

        var first = Dropped.First();
        var lettered = _logs.Records.Where(record => record.Event == "message_dead_lettered").Select(record => record.Fields["message_id"]).ToHashSet();
        Assert.Equal(
            $"The dead letter of message {first.Fields["message_id"]} was dropped: the dead-letter store had not accepted it when this host "
            + "stopped; this host has dropped 30",
            first.Message);
        Assert.Equal(DeadLetters.MaxLogged, Dropped.Select(record => record.Fields["message_id"]).Distinct().Count(lettered.Contains));
    }

    private static Task StopAsync(ActorCluster cluster) => cluster.Cluster.StopSiloAsync(cluster.Cluster.Silos[0], TestContext.Current.CancellationToken);

    private Task<ActorCluster> StartAsync(Action<IServiceCollection>? add = null) => ActorCluster.StartAsync(configureSilo: silo =>
    {
        silo.Services.AddLogging(logging => logging.AddProvider(_logs));
        add?.Invoke(silo.Services);
    });

    private async Task SendAsync(ActorCluster cluster, int count)
    {
        for (var i = 0; i < count; i++)
        {
            cluster.Tell("WorkerActor", $"{i % 10}", "NOBODY_HANDLES");
        }

        await Eventually.HoldsAsync(
            "the dead letters", () => _logs.Records.Count(record => record.Event == "message_dead_lettered") == count);
    }

    /// <summary>Accepts nothing, and does not end when it is cancelled.</summary>
    private sealed class SilentStore : IDeadLetterStore
    {
        public Task AddAsync(DeadLetter letter, CancellationToken cancellationToken) => new TaskCompletionSource().Task;
    }

    private sealed class StayingPart(Task ends) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => ends;
    }

    private sealed class LatePart(DeadLetters letters) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken)
        {
            var message = new ActorMessage
            {
                Id = Guid.NewGuid(),
                Type = "LATE",
                Data = "{}"u8.ToArray(),
                Sender = default,
                CorrelationId = Guid.NewGuid(),
                CausationId = Guid.Empty,
                TraceContext = default,
                SentAtTicks = DateTimeOffset.UnixEpoch.UtcTicks,
                SentTimestamp = 0,
                SenderProcess = 0,
                ExpectsReply = false,
            };
            letters.Add(new ActorAddress("WorkerActor", "late"), message, DeadLetterReasons.Undeliverable, "Its host has stopped.");
            return Task.CompletedTask;
        }
    }
}
