using Choir.Actors;
using Choir.Observability;
using Choir.Tests.Unit.Actors.Telemetry.Support;

namespace Choir.Tests.Unit.Actors.Telemetry;

/// <summary>The list of live actors while actors are added and removed.</summary>
public sealed class LiveActorsTests
{
    private const int Many = 20_000;

    private readonly LiveActors _live = new(static actor => ref actor.Place);
    private readonly List<Actor> _actors = [.. Enumerable.Range(0, Many).Select(number => LooseActors.Of($"{number}"))];

    public LiveActorsTests() => _actors.ForEach(_live.Add);

    [Fact]
    public void An_iteration_visits_every_actor_that_stays_while_others_are_added_and_removed()
    {
        var random = new Random(1);
        var leaving = _actors.Where((_, number) => number % 3 != 0).ToArray();
        random.Shuffle(leaving);
        var (seen, left) = (new HashSet<IObservedActor>(), 0);
        _live.ForEach(actor =>
        {
            seen.Add(actor);
            if (left < leaving.Length)
            {
                Assert.True(_live.Remove(leaving[left++]));
            }

            if (random.Next(4) == 0)
            {
                _live.Add(LooseActors.Of("new"));
            }
        });

        Assert.InRange(left, Many / 3, Many);
        Assert.Empty(_actors.Where((_, number) => number % 3 == 0).Except(seen));
    }

    [Fact]
    public void An_actor_is_found_by_its_id_until_it_is_removed()
    {
        foreach (var number in new[] { 0, 1, Many / 2, Many - 1 })
        {
            Assert.Same(_actors[number], _live.Find($"{number}"));
        }

        Assert.Null(_live.Find("nobody"));
        _live.Remove(_actors[0]);
        Assert.Null(_live.Find("0"));
        Assert.Same(_actors[Many - 1], _live.Find($"{Many - 1}"));
    }
}
