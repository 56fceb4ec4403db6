using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Observatory;
using Choir.Observatory.Live;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Hosting;

namespace Choir.Tests.Integration.Observatory;

/// <summary>A cluster with traffic, whose figures are read by the Observatory. Its history is filled by a clock that the test sets forward.</summary>
internal sealed class WatchedMarket : IAsyncDisposable
{
    /// <summary>Five minutes at five seconds.</summary>
    private const int UsualReadings = 60;

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Watching = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _closing = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly IActorInspection _inspection;
    private readonly LiveFigures _live;
    private readonly Random _random;
    private readonly bool _ownsCluster;
    private Task _traffic = Task.CompletedTask;
    private int _handled;

    public WatchedMarket(ActorCluster actors, int seed, bool ownsCluster = false)
    {
        (Actors, _random, _ownsCluster) = (actors, new Random(seed), ownsCluster);
        _inspection = actors.Cluster.Client.ServiceProvider.GetRequiredService<IActorInspection>();
        _live = new LiveFigures(Actors.Cluster.Client.ServiceProvider, _inspection, new ObservatoryOptions(), _time, NullLogger.Instance);
    }

    public ActorCluster Actors { get; }

    public string Name { get; } = Guid.NewGuid().ToString("n");

    public Trade Trade => Trade.Of(Name);

    /// <summary>The number of stalls.</summary>
    public int Stalls { get; init; } = 20;

    /// <summary>How many customers buy one thing after the other.</summary>
    public int Customers { get; init; } = 8;

    /// <summary>How long a customer thinks before the next thing, so that slow sales do not end the traffic.</summary>
    public double ThinkingMilliseconds { get; init; } = 40;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<WatchedMarket> OpenAsync(short silos = 1, Action<ISiloBuilder>? configureSilo = null) =>
        new(await ActorCluster.StartAsync(silos, actors => actors.SlowAfter = TimeSpan.FromSeconds(1), configureSilo), seed: 1, ownsCluster: true);

    /// <summary>Starts the customers, and reads figures until five minutes of history are kept.</summary>
    public async Task GetGoingAsync()
    {
        _traffic = Task.WhenAll(Enumerable.Range(0, Customers).Select(BuyAsync));
        await Eventually.HoldsAsync("the customers to buy without delay", async () => Volatile.Read(ref _handled) > 50 && await IsFastAsync());
        for (var reading = 0; reading < UsualReadings; reading++)
        {
            await ReadAsync(Step);
        }
    }

    /// <summary>Reads figures as an open page does, until a cause is the first in several readings in a row.</summary>
    /// <param name="cause">The cause.</param>
    /// <param name="text">A part of its sentence.</param>
    public async Task<WhyFinding> FindAsync(string cause, string text = "")
    {
        const int Settled = 5;
        var (same, seen) = (0, new List<string>());
        return await Eventually.GivesAsync(
            $"the first cause {cause}",
            async () =>
            {
                var first = (await ReadAsync(Watching)).Findings is [var found, ..] ? found : null;
                if (first is not null && (seen.Count == 0 || seen[^1] != first.Sentence))
                {
                    seen.Add(first.Sentence);
                }

                same = first?.Cause == cause && first.Sentence.Contains(text, StringComparison.Ordinal) ? same + 1 : 0;
                return same >= Settled ? first : null;
            },
            TimeSpan.FromSeconds(30),
            () => $"; what was said instead: {string.Join(" | ", seen.TakeLast(5))}");
    }

    public async Task<WhyView> ReadAsync() => await ReadAsync(Watching);

    /// <summary>Tells the stall of an id to sell, without waiting for it.</summary>
    public void Crowd(string stall) => Actors.Tell(nameof(StallActor), stall, "SELL", new Sale(Name));

    public async ValueTask DisposeAsync()
    {
        // What still waits is handled at once.
        Trade.Sell = static (_, _) => Task.CompletedTask;
        await _closing.CancelAsync();
        await _traffic;
        _live.Dispose();
        _closing.Dispose();
        if (_ownsCluster)
        {
            await Actors.DisposeAsync();
        }
    }

    // The first sales compile code, and another program may have the processors: what is usual must not contain that.
    private async Task<bool> IsFastAsync()
    {
        var types = await _inspection.TypesAsync(Token);
        var hosts = await _inspection.HostsAsync(Token);
        return types.Types.All(type => type is not { MeanProcessingMs: > 15 } and not { P95Ms: > 50 })
            && hosts.Hosts.SelectMany(host => host.Dependencies).All(one => one is not { CallsPerSecond: > 1, P95Ms: > 50 });
    }

    private async Task<WhyView> ReadAsync(TimeSpan step)
    {
        _time.Advance(step);
        await _live.ReadAsync(watched: true);
        Assert.Null(_live.Problem);
        return _live.Why!;
    }

    private async Task BuyAsync(int customer)
    {
        await Task.Yield();
        while (!_closing.IsCancellationRequested)
        {
            int stall;
            bool atDesk;
            lock (_random)
            {
                (stall, atDesk) = (_random.Next(Stalls), _random.Next(4) == 0);
            }

            var sale = new Sale(Name, $"{Name}-{stall}");
            try
            {
                await (atDesk
                    ? Actors.Client.Ask(new ActorAddress(nameof(CounterDeskActor), $"{customer}"), "ORDER", ActorJson.Serialize(sale), null, _closing.Token)
                    : Actors.Client.Ask(new ActorAddress(nameof(StallActor), sale.Stall), "SELL", ActorJson.Serialize(sale), null, _closing.Token));
                Interlocked.Increment(ref _handled);
                await Trade.Pause(ThinkingMilliseconds);
            }
            catch (Exception e) when (e is OperationCanceledException or ActorUnavailableException or TimeoutException)
            {
                // The market closes, or the disturbance is that nobody answers.
            }
        }
    }
}
