using Bunit;
using Choir.Observatory.Components.Parts;

namespace Choir.Tests.Unit.Observatory.Components;

/// <summary>Actors that wait for each other, as boxes.</summary>
public sealed class WaitPathTests : BunitContext
{
    [Fact]
    public void Each_actor_has_a_link_and_what_it_waits_for_and_ids_are_text()
    {
        var path = Path(["OrderActor/a/b", "StockActor/<i>7</i>", "Odd"], part => part.Add(one => one.Waits, ["RESERVE <b>", null]).Add(one => one.HeldUp, 2));
        Assert.Equal(["a/b", "<i>7</i>", ""], path.FindAll("strong").Select(id => id.TextContent));
        Assert.Equal(
            ["actors/actor?type=OrderActor&id=a%2Fb", "actors/actor?type=StockActor&id=%3Ci%3E7%3C%2Fi%3E", "actors/actor?type=Odd&id="],
            path.FindAll("a").Select(link => link.GetAttribute("href")));
        Assert.Equal(["RESERVE <b>", ""], path.FindAll(".what").Select(what => what.TextContent));
        Assert.Equal("holds up the others", path.Find("li:last-child .tag").TextContent);
    }

    [Fact]
    public void The_last_of_a_cycle_is_the_first_again()
    {
        var path = Path(["A/1", "B/2", "A/1"], part => part.Add(one => one.IsCycle, true));
        Assert.Equal("the first again", path.Find("li:last-child .muted").TextContent);
        Assert.Contains("cycle", path.Find("ol").ClassList);
        Assert.Empty(path.FindAll(".held-up"));
    }

    [Fact]
    public void No_actors_are_an_empty_list() => Assert.Empty(Path([]).FindAll("li"));

    private IRenderedComponent<WaitPath> Path(IReadOnlyList<string> actors, Action<ComponentParameterCollectionBuilder<WaitPath>>? further = null) => Render<WaitPath>(part =>
    {
        part.Add(one => one.Actors, actors);
        further?.Invoke(part);
    });
}
