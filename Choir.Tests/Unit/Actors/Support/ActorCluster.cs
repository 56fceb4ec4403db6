using System.Diagnostics.Metrics;
using Choir.Actors;
using Choir.Observability;
using Choir.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace Choir.Tests.Unit.Actors.Support;

/// <summary>An Orleans cluster in this process, with state in memory, for tests of the actor library.</summary>
public sealed class ActorCluster : IAsyncDisposable
{
    private ActorCluster(InProcessTestCluster cluster) => Cluster = cluster;

    public InProcessTestCluster Cluster { get; }

    public IActorClient Client => Cluster.Client.ServiceProvider.GetRequiredService<IActorClient>();

    public DeadLetterList DeadLetters { get; } = new();

    public StoredStates Storage { get; } = new();

    /// <param name="silos">The number of hosts.</param>
    /// <param name="configure">Changes the settings of actors.</param>
    /// <param name="configureSilo">Configures each host further; may replace services of the library.</param>
    /// <param name="configureClient">Configures the client further.</param>
    /// <param name="endsAtOnce">Whether hosts stop without the time in which the last replies leave them.</param>
    public static async Task<ActorCluster> StartAsync(
        short silos = 1, Action<ActorOptions>? configure = null, Action<ISiloBuilder>? configureSilo = null,
        Action<IClientBuilder>? configureClient = null, bool endsAtOnce = true)
    {
        ActorCluster? self = null;
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.UseLittleMemory().UseChoirActors(configure);
            silo.UseInMemoryReminderService();
            silo.Services.AddSingleton<IDeadLetterStore>(_ => self!.DeadLetters);
            silo.Services.AddKeyedSingleton<Orleans.Storage.IGrainStorage>("Default", (_, _) => self!.Storage);
            silo.Configure<Orleans.Hosting.ReminderOptions>(reminders => reminders.MinimumReminderPeriod = TimeSpan.FromMilliseconds(100));
            if (endsAtOnce)
            {
                silo.Configure<SiloMessagingOptions>(messaging => messaging.WaitForMessageToBeQueuedForOutboundTime = TimeSpan.Zero);
            }

            configureSilo?.Invoke(silo);
        });
        builder.ConfigureClient(client =>
        {
            client.UseChoirActors(configure);
            client.Services.AddSingleton<IDeadLetterStore>(_ => self!.DeadLetters);
            configureClient?.Invoke(client);
        });
        var cluster = builder.Build();
        self = new ActorCluster(cluster);
        await cluster.DeployAsync();
        await self.ClientKnowsTheActorsAsync();
        return self;
    }

    public async Task<ActorReply> AskAsync(string type, string id, string message, object? data = null, SendOptions? options = null) =>
        await Client.Ask(new ActorAddress(type, id), message, ActorJson.Serialize(data ?? new { }), options, TestContext.Current.CancellationToken);

    public void Tell(string type, string id, string message, object? data = null, SendOptions? options = null) =>
        Client.Tell(new ActorAddress(type, id), message, ActorJson.Serialize(data ?? new { }), options);

    /// <summary>A service of one of the hosts.</summary>
    public T Of<T>(int silo = 0)
        where T : notnull => Cluster.Silos[silo].ServiceProvider.GetRequiredService<T>();

    /// <summary>Measures the metrics of one host from now on.</summary>
    internal Measurements Measure(int silo = 0) => new(Of<IMeterFactory>(silo));

    /// <summary>The telemetry of an actor type on a host.</summary>
    internal TypeTelemetry TypeOf(string actorType, int silo = 0) =>
        Of<ActorTelemetry>(silo).Types.Single(type => type.Name == actorType);

    /// <summary>An active actor of a host; null if it is not active there.</summary>
    internal Actor? FindLive(string actorType, string id, int silo = 0) => (Actor?)TypeOf(actorType, silo).Live.Find(id);

    /// <summary>How many messages, timers, reminders and restarts wait at an actor.</summary>
    internal int WaitingAt(string actorType, string id) => FindLive(actorType, id)?.WaitingTurns ?? 0;

    /// <summary>How many messages, timers and reminders wait at an actor of the hosts because of a quarantine.</summary>
    internal int PausedAt(string actorType, string id) =>
        Cluster.Silos.Select((_, silo) => FindLive(actorType, id, silo)?.PausedCount ?? 0).Sum();

    /// <summary>The records of an actor type in a host's flight recorder.</summary>
    internal List<MessageRecord> RecordsOf(string actorType, int silo = 0) =>
        Of<ActorTelemetry>(silo).Recorder.Find(record => record.Edge.Kind.ActorType == actorType);

    public async ValueTask DisposeAsync() => await Cluster.DisposeAsync();

    private Task ClientKnowsTheActorsAsync() =>
        Eventually.HoldsAsync("the client to know the actor types", () => Client.ActorTypes.Count > 0);
}

/// <summary>Keeps dead letters for assertions.</summary>
public sealed class DeadLetterList : IDeadLetterStore
{
    private readonly List<DeadLetter> _letters = [];
    private readonly Queue<Exception> _failures = new();
    private string? _failing;

    /// <summary>The number of letters stored.</summary>
    public int Count
    {
        get
        {
            lock (_letters)
            {
                return _letters.Count;
            }
        }
    }

    /// <summary>Throws these exceptions, one each time it is asked to store a letter of a type, before it stores any of it.</summary>
    public void FailWith(string messageType, params ReadOnlySpan<Exception> failures)
    {
        lock (_letters)
        {
            _failing = messageType;
            foreach (var failure in failures)
            {
                _failures.Enqueue(failure);
            }
        }
    }

    public Task AddAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        lock (_letters)
        {
            if (letter.Message.Type == _failing && _failures.TryDequeue(out var failure))
            {
                return Task.FromException(failure);
            }

            _letters.Add(letter);
        }

        return Task.CompletedTask;
    }

    public bool Has(string messageType)
    {
        lock (_letters)
        {
            return _letters.Exists(letter => letter.Message.Type == messageType);
        }
    }

    public async Task<DeadLetter> OfAsync(string messageType)
    {
        DeadLetter? found = null;
        await Eventually.HoldsAsync($"a dead letter of {messageType}", () =>
        {
            lock (_letters)
            {
                found = _letters.Find(letter => letter.Message.Type == messageType);
            }

            return found is not null;
        });
        return found!;
    }
}
