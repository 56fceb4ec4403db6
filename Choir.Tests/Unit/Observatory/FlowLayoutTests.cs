using Choir.Observatory.Flow;
using Choir.Observatory.Flow.Layout;
using Choir.Tests.Unit.Observatory.Support;

namespace Choir.Tests.Unit.Observatory;

public sealed class FlowLayoutTests
{
    public static TheoryData<int, int, int> Graphs() => new()
    {
        { 1, 30, 150 }, { 2, 30, 150 }, { 3, 30, 150 }, { 4, 12, 30 }, { 5, 8, 14 }, { 6, 5, 25 }, { 7, 60, 300 }, { 8, 2, 1 },
    };

    [Theory, MemberData(nameof(Graphs))]
    public void Nodes_do_not_overlap(int seed, int nodes, int links)
    {
        var layout = RandomFlow.Layout(seed, nodes, links);

        foreach (var (one, other) in layout.Nodes.SelectMany((one, i) => layout.Nodes.Skip(i + 1).Select(other => (one, other))))
        {
            Assert.True(
                one.X + FlowLayout.NodeWidth < other.X || other.X + FlowLayout.NodeWidth < one.X
                || one.Y + one.Height + FlowLayout.Growth < other.Y || other.Y + other.Height + FlowLayout.Growth < one.Y,
                $"{one} overlaps {other}.");
        }
    }

    [Fact]
    public void Nodes_with_names_of_two_lines_are_higher_and_do_not_overlap()
    {
        string[] names = [.. Enumerable.Range(0, 12).Select(i => i % 2 == 0 ? $"ExperiencePhase{i}Actor" : $"Type{i}")];

        var layout = FlowLayout.Of(names, names.Skip(2).Select(name => (names[0], name)));

        var column = layout.Nodes.Where(node => node.Layer == 1).OrderBy(node => node.Y).ToArray();
        Assert.Equal(10, column.Length);
        Assert.All(column.Zip(column.Skip(1)), pair => Assert.True(pair.First.Y + pair.First.Height + FlowLayout.Growth < pair.Second.Y, $"{pair.First} overlaps {pair.Second}."));
        Assert.Equal([true, false], column.Select(node => node.Name.StartsWith("Exp", StringComparison.Ordinal)).Distinct().OrderDescending());
        Assert.Equal(FlowNames.LineHeight, column.Max(node => node.Height) - column.Min(node => node.Height));
    }

    [Theory, MemberData(nameof(Graphs))]
    public void Every_link_is_drawn_once(int seed, int nodes, int links)
    {
        var flow = RandomFlow.Of(seed, nodes, links);

        var layout = FlowLayout.Of(flow.Nodes, flow.Links);

        Assert.Equal(flow.Links.Order(), layout.Links.Select(link => (link.From, link.To)).Order());
        Assert.Equal(flow.Nodes.Order(), layout.Nodes.Select(node => node.Name).Order());
    }

    [Theory, MemberData(nameof(Graphs))]
    public void Lines_begin_and_end_at_their_nodes_and_cross_no_other(int seed, int nodes, int links)
    {
        var layout = RandomFlow.Layout(seed, nodes, links);
        var byName = layout.Nodes.ToDictionary(node => node.Name);

        foreach (var link in layout.Links)
        {
            var line = PathPoints.Of(link.Line);
            Assert.True(IsAt(byName[link.From], line[0]), $"{link} does not begin at its sender.");
            Assert.True(IsAt(byName[link.To], PathPoints.Of(link.Arrow)[0]), $"{link} does not end at its receiver.");
            Assert.DoesNotContain(layout.Nodes, node => line.Any(point => IsInside(node, point)));
        }
    }

    [Theory, MemberData(nameof(Graphs))]
    public void Everything_is_inside_the_drawing(int seed, int nodes, int links)
    {
        var layout = RandomFlow.Layout(seed, nodes, links);

        Assert.All(layout.Links.SelectMany(link => PathPoints.Of(link.Line)).Concat(layout.Nodes.Select(node => (node.X, node.Y)))
            .Concat(layout.Nodes.Select(node => (X: node.X + FlowLayout.NodeWidth, Y: node.Y + node.Height + FlowLayout.Growth))), point =>
        {
            Assert.InRange(point.X, 0, layout.Width);
            Assert.InRange(point.Y, layout.Top, layout.Top + layout.Height);
        });
    }

    [Fact]
    public void A_chain_of_ten_types_fits_beside_the_navigation_of_a_usual_screen()
    {
        const double Readable = 0.7, Space = 1_280 - 260;
        string[] names = ["gateway", .. Enumerable.Range(0, 9).Select(i => $"Phase{i}Actor")];
        var links = names.Zip(names.Skip(1)).Concat([("Phase7Actor", "Phase0Actor"), ("Phase6Actor", "Phase1Actor")]).ToArray();

        var layout = FlowLayout.Of(names, links);

        Assert.InRange(layout.Width * Readable, 1, Space);
        var grown = FlowLayout.Of(names, links, FlowLayout.Of(names[..4], links[..3]));
        Assert.InRange(grown.Width * Readable, 1, Space);
    }

    [Fact]
    public void It_depends_on_the_names_only_and_not_on_their_order()
    {
        var flow = RandomFlow.Of(seed: 9, nodes: 30, links: 150);

        var one = FlowLayout.Of(flow.Nodes, flow.Links);
        var other = FlowLayout.Of(flow.Nodes.Reverse(), flow.Links.Reverse());

        Assert.Equal(one.Nodes, other.Nodes);
        Assert.Equal(one.Links, other.Links);
    }

    [Theory]
    [InlineData(10, 12, 24)]
    [InlineData(11, 30, 150)]
    public void A_new_node_changes_neither_layer_nor_order_of_the_others(int seed, int nodes, int links)
    {
        var flow = RandomFlow.Of(seed, nodes, links);
        var before = FlowLayout.Of(flow.Nodes, flow.Links);

        var after = FlowLayout.Of([.. flow.Nodes, "NewActor"], [.. flow.Links, (flow.Nodes[2], "NewActor")], before);

        var places = after.Nodes.ToDictionary(node => node.Name);
        Assert.All(before.Nodes, node => Assert.Equal(node.Layer, places[node.Name].Layer));
        Assert.All(before.Nodes.GroupBy(node => node.Layer), layer => Assert.Equal(
            layer.OrderBy(node => node.Y).Select(node => node.Name), layer.OrderBy(node => places[node.Name].Y).Select(node => node.Name)));
        Assert.InRange(before.Nodes.Count(node => Math.Abs(places[node.Name].Y - node.Y) <= 40), nodes * 3 / 4, nodes);
    }

    [Fact]
    public void Senders_outside_of_actors_are_at_the_left_and_links_lead_to_the_right()
    {
        var layout = FlowLayout.Of(
            ["OrderActor", "gateway", "MailActor", "host"],
            [("gateway", "OrderActor"), ("OrderActor", "MailActor"), ("host", "MailActor"), ("MailActor", "OrderActor")]);

        Assert.Equal([("gateway", 0), ("host", 0), ("MailActor", 1), ("OrderActor", 2)], layout.Nodes.Select(node => (node.Name, node.Layer)));
    }

    [Fact]
    public void A_cycle_has_a_layer_for_each_node_from_where_messages_enter_it() => Assert.Equal(
        [("gateway", 0), ("A", 1), ("B", 2), ("C", 3)],
        FlowLayout.Of(["A", "B", "C", "gateway"], [("gateway", "A"), ("A", "B"), ("B", "C"), ("C", "A")]).Nodes.Select(node => (node.Name, node.Layer)));

    [Fact]
    public void A_graph_with_many_links_has_few_layers_so_that_it_is_not_too_wide() =>
        Assert.InRange(RandomFlow.Layout(seed: 12, nodes: 30, links: 150).Nodes.Max(node => node.Layer), 2, 4);

    [Fact]
    public void No_nodes_make_an_empty_drawing() => Assert.Empty(FlowLayout.Of([], []).Nodes);

    private static bool IsAt(PlacedNode node, (double X, double Y) point) =>
        point.X >= node.X && point.X <= node.X + FlowLayout.NodeWidth && point.Y >= node.Y && point.Y <= node.Y + node.Height;

    private static bool IsInside(PlacedNode node, (double X, double Y) point) =>
        point.X > node.X + 1 && point.X < node.X + FlowLayout.NodeWidth - 1 && point.Y > node.Y + 1 && point.Y < node.Y + node.Height + FlowLayout.Growth - 1;
}
