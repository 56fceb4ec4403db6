using Choir.Actors.Inspection;
using Choir.Observatory.Flow;
using Choir.Observatory.Flow.Layout;
using Choir.Observatory.History;
using Choir.Observatory.Live;
using Choir.Tests.Unit.Observatory.Support;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Observatory;

public sealed class FlowReadingTests
{
    private static readonly HostAnswers Hosts = new(["one"], []);

    private readonly FakeTimeProvider _time = new();
    private readonly HistoryStore _history;

    public FlowReadingTests() => _history = new HistoryStore(_time);

    [Fact]
    public void Message_types_between_the_same_two_nodes_are_one_link_the_busiest_first()
    {
        var figures = FlowReading.Of(Snapshot(Edge("gateway", "Cart", "ADD", 2, errors: 1, p95: 5), Edge("gateway", "Cart", "EMPTY", 6, errors: 1, p95: 9)), _history, FlowWindow.Live);

        var link = Assert.Single(figures.Links);
        Assert.Equal(["EMPTY", "ADD"], link.Messages.Select(message => message.Type));
        Assert.Equal((8, 2, 0.25, 9), (link.Rate, link.Errors, link.ErrorShare, link.P95Ms));
        Assert.Equal((8, 0.25, 3), (figures.Node("Cart")!.Load, figures.Node("Cart")!.ErrorShare, figures.Node("Cart")!.LongestQueue));
        Assert.Equal(8, figures.Node("gateway")!.Load);
    }

    [Fact]
    public void A_window_of_the_past_has_the_mean_rate_and_the_highest_p95()
    {
        Record(Snapshot(Edge("gateway", "Cart", "ADD", 2, errors: 0, p95: 5)));
        Record(Snapshot(Edge("gateway", "Cart", "ADD", 4, errors: 1, p95: 50)));
        var now = Snapshot(Edge("gateway", "Cart", "ADD", 0, errors: 0, p95: null));
        Record(now);

        var message = FlowReading.Of(now, _history, FlowWindow.FiveMinutes).Links.Single().Messages.Single();

        Assert.Equal((2, 1 / 3.0, 50), (message.Rate, message.Errors, message.P95Ms));
        Assert.Equal(0, FlowReading.Of(now, _history, FlowWindow.Live).Links.Single().Rate);
    }

    [Fact]
    public void Refused_messages_are_no_failures_and_have_a_share_of_their_own_now_and_in_the_past()
    {
        var now = Snapshot(Edge("Idle", "Cart", "ADD", 3, errors: 0, p95: 5, refused: 2), Edge("gateway", "Cart", "ADD", 5, errors: 1, p95: 5, refused: 2));
        Record(now);

        Assert.All(Enum.GetValues<FlowWindow>(), window =>
        {
            var figures = FlowReading.Of(now, _history, window);
            var link = figures.Link("Idle", "Cart")!;
            Assert.Equal((0, 2, 2 / 3.0), (link.ErrorShare, link.Refused, link.RefusedShare));
            Assert.Equal((1 / 8.0, 4 / 8.0, 2 / 8.0), (figures.Node("Cart")!.ErrorShare, figures.Node("Cart")!.RefusedShare, figures.Node("Cart")!.RefusedOfActorsShare));
        });
    }

    [Theory]
    [InlineData("Cart", 5, "warn")]
    [InlineData("Cart", 100, "warn")]
    [InlineData("Cart", 4, "good")]
    [InlineData("gateway", 100, "good")]
    public void Refused_messages_of_actors_are_not_fine(string from, double refused, string health)
    {
        var figures = FlowReading.Of(Snapshot(Edge(from, "Stock", "RESERVE", 100, errors: 0, p95: 5, refused)), _history, FlowWindow.Live);

        Assert.Equal((health, health), (FlowScale.Health(figures.Links.Single()), FlowScale.Health(figures.Node("Stock")!)));
    }

    [Fact]
    public void Values_before_the_window_do_not_count()
    {
        Record(Snapshot(Edge("gateway", "Cart", "ADD", 100, errors: 0, p95: 5)));
        var now = Snapshot(Edge("gateway", "Cart", "ADD", 1, errors: 0, p95: 1));
        for (var i = 0; i < 60; i++)
        {
            Record(now);
        }

        Assert.Equal(1, FlowReading.Of(now, _history, FlowWindow.FiveMinutes).Links.Single().Rate);
        Assert.Equal(160 / 61.0, FlowReading.Of(now, _history, FlowWindow.Hour).Links.Single().Rate, 1e-9);
    }

    [Fact]
    public void A_link_that_hosts_forgot_by_a_restart_stays_for_an_hour_in_all_windows()
    {
        Record(Snapshot(Edge("Cart", "Stock", "RESERVE/ALL", 2, errors: 0, p95: 5)));
        var now = Snapshot();
        Record(now);

        Assert.All(Enum.GetValues<FlowWindow>(), window =>
            Assert.Equal(("Cart", "Stock", "RESERVE/ALL"), FlowReading.Of(now, _history, window).Links.Single().Messages.Select(message => (message.From, message.To, message.Type)).Single()));
        for (var i = 0; i < HistoryStore.Length; i++)
        {
            Record(now);
        }

        Assert.Empty(FlowReading.Of(now, _history, FlowWindow.Hour).Links);
    }

    [Fact]
    public void Types_without_messages_are_listed_apart() =>
        Assert.Equal(["Idle"], FlowReading.Of(Snapshot(Edge("gateway", "Cart", "ADD", 1, errors: 0, p95: 1)), _history, FlowWindow.Live).Quiet);

    [Fact]
    public void Changed_figures_keep_the_layout()
    {
        var before = FlowReading.Of(Snapshot(Edge("gateway", "Cart", "ADD", 1, errors: 0, p95: 1), Edge("Cart", "Idle", "X", 5, errors: 0, p95: 1)), _history, FlowWindow.Live);
        var after = FlowReading.Of(Snapshot(Edge("Cart", "Idle", "X", 0, errors: 0, p95: null), Edge("gateway", "Cart", "ADD", 900, errors: 400, p95: 7)), _history, FlowWindow.Live);

        Assert.True(Layout(before).Fits(after));
        Assert.Equal(Layout(before).Nodes, Layout(after).Nodes);
        Assert.False(Layout(before).Fits(FlowReading.Of(Snapshot(), _history, FlowWindow.Live)));
    }

    [Theory]
    [InlineData(1, 30, 150)]
    [InlineData(2, 12, 30)]
    public void Labels_overlap_neither_nodes_nor_each_other(int seed, int nodes, int links)
    {
        var flow = RandomFlow.Of(seed, nodes, links);
        var random = new Random(seed);
        string[] messages = ["M", "RESERVE", "PROCESS_EXPERIENCE_OF_ALL"];
        var figures = FlowReading.Of(
            Snapshot([.. flow.Links.Select(link => Edge(link.From, link.To, messages[random.Next(messages.Length)], random.Next(1, 1_000), errors: 0, p95: 1))]), _history, FlowWindow.Live);
        var layout = Layout(figures);

        var labels = FlowLabels.Choose(figures, layout, selection: null);

        Assert.Equal(layout.IsDense, labels.Count < links);
        Assert.NotEmpty(labels);
        var loops = labels.Where(label => label.Link.From == label.Link.To);
        Assert.All(labels.Except(loops), label => Assert.DoesNotContain(layout.Nodes, node =>
            Math.Abs(node.X + (FlowLayout.NodeWidth / 2) - label.Place.LabelX) < (FlowLabels.Width + FlowLayout.NodeWidth) / 2
            && Bottom(label) > node.Y && Top(label) < node.Y + node.Height));
        Assert.DoesNotContain(labels, one => labels.Any(other => one != other
            && Math.Abs(one.Place.LabelX - other.Place.LabelX) < FlowLabels.Width && Top(one) < Bottom(other) && Top(other) < Bottom(one)));

        double Top((FlowLink Link, PlacedLink Place) label) => label.Place.LabelY + FlowLabels.Top(FlowLabels.Lines(label.Link, layout.IsDense).Count, layout.IsDense);
        double Bottom((FlowLink Link, PlacedLink Place) label) => Top(label) + FlowLabels.Height(FlowLabels.Lines(label.Link, layout.IsDense).Count);
    }

    [Theory]
    [InlineData(0, 0, "idle")]
    [InlineData(100, 0.5, "good")]
    [InlineData(100, 1, "warn")]
    [InlineData(100, 5, "bad")]
    public void Colours_tell_the_share_of_failures(double rate, double errors, string health) =>
        Assert.Equal(health, FlowScale.Health(new FlowLink("a", "b", [new FlowMessage("a", "b", "M", rate, errors, null)])));

    [Fact]
    public void Lines_are_wider_by_a_step_for_each_tenfold_rate()
    {
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 6], new[] { 0, 0.05, 0.5, 5, 50, 500, 5_000, 1e9 }.Select(FlowScale.Step));
        Assert.Equal(FlowScale.LineWidth(20), FlowScale.LineWidth(30));
        Assert.True(FlowScale.LineWidth(200) > FlowScale.LineWidth(20));
    }

    private static FlowLayout Layout(FlowFigures figures) =>
        FlowLayout.Of(figures.Nodes.Select(node => node.Name), figures.Links.Select(link => (link.From, link.To)));

    private void Record(ClusterSnapshot snapshot)
    {
        SnapshotHistory.Record(_history, snapshot);
        _time.Advance(HistoryStore.Step);
    }

    private ClusterSnapshot Snapshot(params FlowEdgeView[] edges) => new(
        _time.GetUtcNow(), new ActorTypesView([Type("Cart"), Type("Idle")], Hosts), new FlowView(60, [], edges, Hosts), new HostsView([], Hosts), Stuck: null, Failures: null, Suspects: []);

    private static ActorTypeFigures Type(string name) => new(name, 1, 0, 0, 0, 0, 0, null, null, null, null, 0, LongestQueue: 3, 0, 0, [], null, null);

    private static FlowEdgeView Edge(string from, string to, string message, double rate, double errors, double? p95, double refused = 0) =>
        new(from, to, message, rate, errors, p95, p95, p95, p95, 0, 0, new Dictionary<string, long>(), null, null) { RejectedPerSecond = refused };
}
