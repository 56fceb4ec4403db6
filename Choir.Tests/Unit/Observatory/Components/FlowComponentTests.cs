using Bunit;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Observatory.Components.Flow;
using Choir.Observatory.Components.Parts;
using Choir.Observatory.Flow;
using Choir.Observatory.Flow.Layout;

namespace Choir.Tests.Unit.Observatory.Components;

/// <summary>The message flow: its graph, its table and what is selected.</summary>
public sealed class FlowComponentTests : LiveComponentTestBase
{
    private static readonly FlowMessage Refused = new("LabActor", "LabPeer", "RELAY", 4, 0, 5) { Refused = 2.64 };

    [Fact]
    public void Refused_messages_are_shown_in_the_graph_the_table_and_the_selection()
    {
        Cluster.Types = [ScriptedCluster.Type("LabPeer")];
        var graph = Graph(Refused);
        Assert.Equal("4/s · 66 % refused", graph.Find(".label .figures").TextContent);
        Assert.Equal("4/s · 66 % refused", graph.Find("[data-node=LabPeer] .figures").TextContent);
        Assert.Contains("warn", graph.Find(".edge").ClassList);
        Assert.Contains("warn", graph.Find("[data-node=LabPeer]").ClassList);

        var cells = Render<FlowTable>(part => part.Add(one => one.Figures, Figures(Refused)).Add(one => one.LinkOf, message => message.Type)).FindAll("td.number");
        Assert.Equal(["4/s", "5 ms", "0 %66 %refused", "66 %"], cells.Select(cell => cell.TextContent));

        var details = Details(new FlowSelection(null, "LabActor", "LabPeer"), Refused);
        Assert.Equal(["4/s", "5 ms", "0 %", "66 %"], details.FindAll("dd").Select(fact => fact.TextContent));
    }

    [Fact]
    public void The_greater_of_the_failed_and_the_refused_share_is_in_the_label() =>
        Assert.Equal("4/s · 5 ms · 75 %", Graph(Refused with { Errors = 3 }).Find(".label .figures").TextContent);

    [Fact]
    public void Long_names_have_two_lines()
    {
        var graph = Graph(new FlowMessage("gateway", "UnderstandingPhaseActor", "PROCESS_UNDERSTANDING", 1, 0, 5));
        Assert.Equal(["Understanding", "PhaseActor"], graph.FindAll("[data-node=UnderstandingPhaseActor] .name tspan").Select(line => line.TextContent));
        Assert.Equal(["PROCESS_", "UNDERSTANDING"], graph.FindAll(".label tspan").Select(line => line.TextContent));
    }

    [Fact]
    public async Task Messages_that_only_wait_are_not_said_not_to_exist()
    {
        Cluster.Types = [ScriptedCluster.Type("LabPeer") with { QueueLength = 600 }];
        await ReadAsync();

        var details = Details(new FlowSelection(null, "gateway", "LabPeer"));

        Assert.Equal(
            "The last hour has no such messages that were handled. One that waits is shown when its turn comes, also if its sender has given up. Now 600 messages wait at actors of LabPeer.",
            details.Find("p.empty").TextContent);
    }

    [Fact]
    public void A_cycle_of_asks_that_became_a_deadlock_is_not_called_possible()
    {
        var other = new PossibleDeadlock([new AskStep("Cart", "Stock", ["TAKE"]), new AskStep("Stock", "Cart", ["ASK"])]);
        var cycle = new PossibleDeadlock([new AskStep("LabActor", "LabPeer", ["RELAY"]), new AskStep("LabPeer", "LabActor", ["ASK_ON"])]);
        var deadlocks = Enumerable.Range(0, 49).Select(i => new DeadlockView(["LabPeer/a", $"LabActor/{i}", "LabPeer/a"], Time.GetUtcNow().AddSeconds(i), "RELAY", IsOver: true)).ToArray();

        var cycles = Render<PossibleDeadlocks>(part => part.Add(one => one.Cycles, [cycle, other]).Add(one => one.Deadlocks, deadlocks));

        Assert.Equal(["happened", "possible"], cycles.FindAll(".tag").Select(tag => tag.TextContent));
        Assert.Contains("The hosts know of 49 deadlocks by that, the last at 14:00:48 UTC.", cycles.FindAll("p")[0].TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("hosts know", cycles.FindAll("p")[1].TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("No deadlock", cycles.Markup, StringComparison.Ordinal);
    }

    private static FlowFigures Figures(params FlowMessage[] messages)
    {
        var links = messages.GroupBy(message => (message.From, message.To)).Select(link => new FlowLink(link.Key.From, link.Key.To, [.. link])).ToArray();
        return new FlowFigures(
            [.. links.SelectMany(link => new[] { link.From, link.To }).Distinct().Select(name => Node(name, links.Where(link => link.To == name).Sum(link => link.RefusedShare)))], links, []);
    }

    private static FlowActorType Node(string name, double refused) =>
        new(name, FlowReading.IsActorType(name), 4, 0, 0, 0, null) { RefusedShare = refused, RefusedOfActorsShare = refused };

    private IRenderedComponent<FlowGraph> Graph(params FlowMessage[] messages)
    {
        var figures = Figures(messages);
        return Render<FlowGraph>(part => part.Add(one => one.Figures, figures)
            .Add(one => one.Placed, FlowLayout.Of(figures.Nodes.Select(node => node.Name), figures.Links.Select(link => (link.From, link.To)))));
    }

    private IRenderedComponent<FlowDetails> Details(FlowSelection selected, params FlowMessage[] messages) =>
        Render<FlowDetails>(part => part.Add(one => one.Selected, selected).Add(one => one.Figures, Figures(messages)));
}
