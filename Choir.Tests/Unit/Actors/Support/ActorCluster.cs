using System.Diagnostics.Metrics;
using Choir.Actors;
using Choir.Actors.Telemetry;
using Choir.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace Choir.Tests.Unit.Actors.Support;

/// <summary>A real Orleans cluster in this process, with state in memory, for tests of the actor library.</summary>
public sealed class ActorCluster : IAsyncDisposable
{
    private ActorCluster(InProcessTestCluster cluster) => Cluster = cluster;

    public InProcessTestCluster Cluster { get; }

    public IActorClient Client => Cluster.Client.ServiceProvider.GetRequiredService<IActorClient>();

    public DeadLetterList DeadLetters { get; } = new();

    public StoredStates Storage { get; } = new();

    /// <param name="silos">How many hosts.</param>
    /// <param name="configure">How actors behave.</param>
    /// <param name="configureSilo">What else a host has; it overrides what the library brings.</param>
    public static async Task<ActorCluster> StartAsync(
        short silos = 1, Action<ActorOptions>? configure = null, Action<ISiloBuilder>? configureSilo = null)
    {
        ActorCluster? self = null;
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.UseChoirActors(configure);
            silo.UseInMemoryReminderService();
            silo.Services.AddSingleton<IDeadLetterStore>(_ => self!.DeadLetters);
            silo.Services.AddKeyedSingleton<Orleans.Storage.IGrainStorage>("Default", (_, _) => self!.Storage);
            silo.Configure<Orleans.Hosting.ReminderOptions>(reminders => reminders.MinimumReminderPeriod = TimeSpan.FromMilliseconds(100));
            configureSilo?.Invoke(silo);
        });
        builder.ConfigureClient(client =>
        {
            client.UseChoirActors(configure);
            client.Services.AddSingleton<IDeadLetterStore>(_ => self!.DeadLetters);
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

    /// <summary>What a host measures from now on, and of the others nothing.</summary>
    internal Measurements Measure(int silo = 0) => new(Of<IMeterFactory>(silo));

    /// <summary>What a host counts about an actor type.</summary>
    internal TypeTelemetry TypeOf(string actorType, int silo = 0) =>
        Of<ActorTelemetry>(silo).Types.Single(type => type.Name == actorType);

    /// <summary>What a host's flight recorder holds of an actor type.</summary>
    internal List<MessageRecord> RecordsOf(string actorType, int silo = 0) =>
        Of<ActorTelemetry>(silo).Recorder.Find(record => record.Edge.Kind.ActorType == actorType);

    public async ValueTask DisposeAsync() => await Cluster.DisposeAsync();

    private Task ClientKnowsTheActorsAsync() =>
        Choir.Tests.Support.Eventually.HoldsAsync("the client to know the actor types", () => Client.ActorTypes.Count > 0);
}

/// <summary>Keeps dead letters for assertions.</summary>
public sealed class DeadLetterList : IDeadLetterStore
{
    private readonly List<DeadLetter> _letters = [];

    public Task AddAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        lock (_letters)
        {
            _letters.Add(letter);
        }

        return Task.CompletedTask;
    }

    public async Task<DeadLetter> OfAsync(string messageType)
    {
        DeadLetter? found = null;
        await Choir.Tests.Support.Eventually.HoldsAsync($"a dead letter of {messageType}", () =>
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
