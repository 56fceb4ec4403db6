using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Actors.Mailbox;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Tests.Unit.Actors;

/// <summary>Cycles of waits that no message shows at once: in OnStart, and through a client.</summary>
public sealed class WaitingForOneselfTests : IAsyncLifetime
{
    private readonly string _name = Guid.NewGuid().ToString("n");
    private ActorCluster _cluster = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cluster = await ActorCluster.StartAsync(silos: 2);

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task An_actor_that_asks_for_itself_when_it_starts_gets_a_deadlock_error_through_any_number_of_actors()
    {
        // It asks the other one, whose handler asks the first one.
        var first = AskingActor.IdThatAsks($"{_name}-1", $"{_name}-2");

        Assert.Equal(ErrorCodes.Deadlock, await AnswerOfAsync(first));
        var stuck = await _cluster.Cluster.Client.ServiceProvider.GetRequiredService<IActorInspection>().StuckAsync(Token);
        Assert.Contains(stuck.Deadlocks, deadlock => deadlock.IsOver && deadlock.Path.Contains($"{nameof(AskingActor)}/{first}"));

        // The other actor is free again.
        Assert.Equal("", await AnswerOfAsync($"{_name}-2"));
    }

    [Fact]
    public async Task Two_actors_that_ask_each_other_when_they_start_get_a_deadlock_error()
    {
        // Many pairs at the same time, so that both of some pair start at the same moment, on two threads.
        var pairs = Enumerable.Range(0, 10).SelectMany(pair => AskingActor.IdsThatAskEachOther($"{_name}-{pair}"));
        var answers = await Task.WhenAll(pairs.Select(AnswerOfAsync));

        Assert.All(answers, answer => Assert.Equal(ErrorCodes.Deadlock, answer));
    }

    [Fact]
    public async Task Handlers_that_ask_each_other_through_the_client_of_the_host_get_a_deadlock_error()
    {
        var (one, other) = ($"{_name}-x", $"{_name}-y");
        var asks = new[] { AskByClientAsync(one, other), AskByClientAsync(other, one) };
        await Eventually.HoldsAsync("both handlers to be at the gate", () => Gates.Of(_name[..8]).Arrived == 2);
        Gates.Of(_name[..8]).Open();

        Assert.Contains(ErrorCodes.Deadlock, await Task.WhenAll(asks));
    }

    [Fact]
    public async Task A_wide_graph_of_waits_is_followed_in_a_limited_number_of_steps()
    {
        // Each level of the graph waits for both actors of the next level: a million paths.
        var asked = 0;
        var chain = new WaitSearch(
            wait =>
            {
                asked++;
                var level = int.Parse(wait.From.Id.Split('-')[0], System.Globalization.CultureInfo.InvariantCulture);
                return Task.FromResult<AwaitedReply[]?>(level < 20 ? [At(level + 1, 0), At(level + 1, 1)] : [new(wait.From, Guid.Empty)]);
            },
            TimeProvider.System);
        var path = await chain.FindAsync([At(1, 0), At(1, 1)], wanted: Guid.Empty, _ => { });

        Assert.Equal(20, path!.Length);
        Assert.InRange(asked, 20, 40);

        var endless = new WaitSearch(wait => Task.FromResult<AwaitedReply[]?>([new(wait.From, Guid.NewGuid())]), TimeProvider.System);
        Assert.Null(await endless.FindAsync([At(1, 0)], Guid.Empty, _ => { }));

        static AwaitedReply At(int level, int number) =>
            new(new ActorAddress("Type", $"{level}-{number}"), new Guid(level, (short)number, 1, 0, 0, 0, 0, 0, 0, 0, 0));
    }

    [Fact]
    public async Task An_actor_that_cannot_be_asked_does_not_hide_the_cycle_behind_another()
    {
        var failures = 0;
        var (broken, good) = (new AwaitedReply(new ActorAddress("T", "broken"), Guid.NewGuid()), new AwaitedReply(new ActorAddress("T", "good"), Guid.NewGuid()));
        var chain = new WaitSearch(
            wait => wait == broken ? throw new InvalidOperationException("away") : Task.FromResult<AwaitedReply[]?>([new(wait.From, Guid.Empty)]),
            TimeProvider.System);

        Assert.Equal([good.From], (await chain.FindAsync([broken, good], Guid.Empty, _ => failures++))!);
        Assert.Equal(1, failures);
    }

    private async Task<string> AnswerOfAsync(string id) => (await _cluster.AskAsync(nameof(AskingActor), id, "ANSWER")).Read<string>();

    private async Task<string> AskByClientAsync(string id, string target) =>
        (await _cluster.AskAsync(nameof(AskingActor), id, "ASK_BY_CLIENT", new Question(target))).Read<string>();
}
