using Choir.Actors;
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

    public static async Task<ActorCluster> Start(
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
        await self.ClientKnowsTheActors();
        return self;
    }

    public async Task<ActorReply> Ask(string type, string id, string message, object? data = null, SendOptions? options = null) =>
        await Client.Ask(new ActorAddress(type, id), message, ActorJson.Serialize(data ?? new { }), options, TestContext.Current.CancellationToken);

    public void Tell(string type, string id, string message, object? data = null, SendOptions? options = null) =>
        Client.Tell(new ActorAddress(type, id), message, ActorJson.Serialize(data ?? new { }), options);

    public async ValueTask DisposeAsync() => await Cluster.DisposeAsync();

    private Task ClientKnowsTheActors() =>
        Choir.Tests.Support.Eventually.Holds("the client to know the actor types", () => Client.ActorTypes.Count > 0);
}

/// <summary>Keeps dead letters for assertions.</summary>
public sealed class DeadLetterList : IDeadLetterStore
{
    private readonly List<DeadLetter> _letters = [];

    public Task Add(DeadLetter letter, CancellationToken cancellationToken)
    {
        lock (_letters)
        {
            _letters.Add(letter);
        }

        return Task.CompletedTask;
    }

    public async Task<DeadLetter> Of(string messageType)
    {
        DeadLetter? found = null;
        await Choir.Tests.Support.Eventually.Holds($"a dead letter of {messageType}", () =>
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
