using Choir.Actors.Inspection;
using Choir.Observatory;
using Choir.Observatory.Components.Parts;
using Choir.Observatory.History;
using Choir.Observatory.Live;
using Microsoft.Extensions.Time.Testing;
using DashboardQuery = Choir.Tests.Observability.Dashboards.DashboardQuery;
using AllDashboards = Choir.Observatory.Dashboards;

namespace Choir.Tests.Unit.Observatory.Dashboards;

public sealed class PanelTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider _time = new();
    private readonly HistoryStore _history;

    public PanelTests() => _history = new HistoryStore(_time);

    [Fact]
    public void Dashboards_of_the_application_are_before_the_last_one_or_add_panels_to_those_that_are_there()
    {
        var options = new ObservatoryOptions();
        options.Dashboards.Add(new ObservatoryDashboard("Database", [new("Storage", PanelUnit.Bytes)]));
        options.Dashboards.Add(new ObservatoryDashboard("Performance", [new("End to end", PanelUnit.Milliseconds)]));
        var dashboards = AllDashboards.Of(options);
        Assert.Equal(["System overview", "Actors", "Message flow", "Database", "Performance"], dashboards.Select(one => one.Title));
        Assert.Equal("End to end", dashboards[^1].Panels[^1].Title);
        Assert.All(dashboards.SelectMany(one => one.Panels).Where(panel => panel.Title is not ("Storage" or "End to end")), panel => Assert.True(panel.Memory is not null || panel.Query is not null, panel.Title));
    }

    [Fact]
    public void Rates_of_bytes_are_per_second()
    {
        Assert.Equal("2 KiB/s", PanelScale.Show(PanelUnit.BytesPerSecond)(2_048));
        Assert.Equal(ChartUnit.Bytes, PanelScale.Axis(PanelUnit.BytesPerSecond));
        var rates = Choir.Gateway.LivePages.LiveDashboards.All.SelectMany(one => one.Panels).Where(panel => panel.Query?.StartsWith("max by (host) (rate(", StringComparison.Ordinal) == true).ToArray();
        Assert.Equal(2, rates.Length);
        Assert.All(rates, panel => Assert.Equal(PanelUnit.BytesPerSecond, panel.Unit));
    }

    [Fact]
    public void The_queue_is_not_known_before_the_first_type_is()
    {
        var answers = new HostAnswers(["host-1"], []);
        SnapshotHistory.Record(_history, new ClusterSnapshot(
            _time.GetUtcNow(), new ActorTypesView([], answers), new FlowView(60, [], [], answers),
            new HostsView([new HostView("host-1", 1_000, 0.1, 2, 1, 1, 0.1, 0, 10, 0, 5, 0, 0, [])], answers), null, null, []));
        Assert.DoesNotContain(_history.Read(SnapshotHistory.OfCluster(SnapshotHistory.LongestQueue)), point => point.Value is not null);
        Assert.DoesNotContain(_history.Read(SnapshotHistory.OfHost("host-1", SnapshotHistory.QueueLength)), point => point.Value is not null);
    }

    [Fact]
    public void Calls_and_pools_of_a_dependency_are_told_apart()
    {
        Record(
            (SnapshotHistory.OfDependency("database", "select", SnapshotHistory.Rate), 7),
            (SnapshotHistory.OfDependency("database", "select", SnapshotHistory.P95), 3),
            (SnapshotHistory.OfDependency("database", "connect", SnapshotHistory.Rate), 1),
            (SnapshotHistory.OfDependency("database", "pool/one", SnapshotHistory.Rate), 0),
            (SnapshotHistory.OfDependency("database", "pool/one", SnapshotHistory.Waiting), 2),
            (SnapshotHistory.OfDependency("database", "pool/one", SnapshotHistory.InUse), 5),
            (SnapshotHistory.OfDependency("database", "pool/one", SnapshotHistory.Limit), 20),
            (SnapshotHistory.OfDependency("chain", "call", SnapshotHistory.Rate), 9));
        Assert.Equal([("select", 7f)], Last(ObservatoryPanel.OfDependency("", DependencyFigure.Rate, "database", operation => operation != "connect")));
        Assert.Equal([("connect", null), ("select", 3f)], Last(ObservatoryPanel.OfDependency("", DependencyFigure.P95, "database")));
        Assert.Equal([("pool/one, in use", 5f), ("pool/one, at most", 20f)], Last(ObservatoryPanel.OfDependency("", DependencyFigure.Pool, "database")));
        Assert.Equal([("pool/one", 2f)], Last(ObservatoryPanel.OfDependency("", DependencyFigure.Waiting, "database")));
        Assert.Empty(Last(ObservatoryPanel.OfDependency("", DependencyFigure.Rate, "model")));
        Assert.Equal(["chain", "database"], SnapshotHistory.Dependencies(_history).Order());
    }

    [Fact]
    public void Figures_that_are_computed_from_others_have_gaps_where_one_is_missing()
    {
        Record(
            (SnapshotHistory.OfType("A", SnapshotHistory.Count), 1), (SnapshotHistory.OfType("A", SnapshotHistory.Rate), 10), (SnapshotHistory.OfType("A", SnapshotHistory.ProcessingTime), 200),
            (SnapshotHistory.OfHost("h1", SnapshotHistory.Cpu), 0.5), (SnapshotHistory.OfHost("h1", SnapshotHistory.CpuCores), 1),
            (SnapshotHistory.OfHost("h2", SnapshotHistory.Cpu), 0.5), (SnapshotHistory.OfHost("h2", SnapshotHistory.CpuCores), 2),
            (SnapshotHistory.OfCluster(SnapshotHistory.Rate), 100),
            (SnapshotHistory.OfEdge("s", "A", "M", SnapshotHistory.Rate), 3), (SnapshotHistory.OfEdge("t", "A", "M", SnapshotHistory.Rate), 4));
        Record(
            (SnapshotHistory.OfType("A", SnapshotHistory.Rate), 10), (SnapshotHistory.OfType("A", SnapshotHistory.ProcessingTime), null),
            (SnapshotHistory.OfHost("h1", SnapshotHistory.CpuCores), 1), (SnapshotHistory.OfCluster(SnapshotHistory.Rate), 0),
            (SnapshotHistory.OfEdge("t", "A", "M", SnapshotHistory.Rate), 5));
        Assert.Equal([2f, null], Assert.Single(HistoryLines.OfBusyHandlers(_history, Hour)).Points.Select(point => point.Value));
        Assert.Equal([30f, null], Assert.Single(HistoryLines.OfCpuPerMessage(_history, Hour)).Points.Select(point => point.Value));
        Assert.Equal([7f, 5f], Assert.Single(HistoryLines.OfMessages(SnapshotHistory.Rate)(_history, Hour)).Points.Select(point => point.Value));
    }

    [Fact]
    public void Values_of_a_query_are_on_the_times_of_the_chart_and_odd_ones_are_gaps()
    {
        var from = DateTimeOffset.UnixEpoch;
        var step = TimeSpan.FromSeconds(90);
        var answer = new MetricsAnswer(
        [
            new MetricsSeries(new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" }, [new(from, 1), new(from + step, double.NaN), new(from + (2 * step), double.PositiveInfinity), new(from + (3 * step), 1e300), new(from + (QueriedLines.MaxSteps * step), 5)]),
            new MetricsSeries(new Dictionary<string, string>(), [new(from.AddDays(-1), 8), new(DateTimeOffset.MaxValue, 9)]),
        ]);
        var lines = QueriedLines.Of(answer, from, step, QueriedLines.MaxSteps);
        Assert.Equal(["1 2", "all"], lines.Select(line => line.Name));
        Assert.Equal([(0, 1f), (QueriedLines.MaxSteps, 5f)], Values(lines[0]));
        Assert.Empty(Values(lines[1]));
    }

    [Fact]
    public async Task Queries_that_fail_or_do_not_end_are_said_in_their_panels()
    {
        var panels = new PanelQueries(new ObservatoryOptions { Metrics = new OddMetrics() }, TimeProvider.System);
        ObservatoryPanel[] asked = [new("a", PanelUnit.Count) { Query = "throws" }, new("b", PanelUnit.Count) { Query = "fails" }, new("c", PanelUnit.Count) { Query = "one" }, new("d", PanelUnit.Count)];
        var answers = await panels.AskAsync(asked, Hour, TestContext.Current.CancellationToken);
        Assert.Equal(["The query failed.", "It is away.", null], asked[..3].Select(panel => answers[panel].Problem));
        Assert.Equal(QueriedLines.MaxSteps + 1, Assert.Single(answers[asked[2]].Lines).Points.Count);
        Assert.Equal(3, answers.Count);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(15)]
    [InlineData(60)]
    [InlineData(360)]
    [InlineData(1_440)]
    public async Task Lines_of_queries_are_as_long_as_the_chosen_time(int minutes)
    {
        var panels = new PanelQueries(new ObservatoryOptions { Metrics = new OddMetrics() }, TimeProvider.System);
        var asked = new ObservatoryPanel("c", PanelUnit.Count) { Query = "one" };
        var answers = await panels.AskAsync([asked], TimeSpan.FromMinutes(minutes), TestContext.Current.CancellationToken);
        var points = Assert.Single(answers[asked].Lines).Points;
        Assert.Equal(minutes, (points[^1].At - points[0].At).TotalMinutes);
        Assert.Equal(1f, points[^1].Value);
    }

    [Fact]
    public void A_line_at_0_that_stands_for_nothing_is_not_beside_those_that_are_there()
    {
        var options = new ObservatoryOptions();
        foreach (var dashboard in Choir.Gateway.LivePages.LiveDashboards.All)
        {
            options.Dashboards.Add(dashboard);
        }

        var queries = AllDashboards.Of(options).SelectMany(one => one.Panels).Select(panel => panel.Query).OfType<string>()
            .Concat(DashboardQuery.All.Select(query => query.Expression)).ToArray();
        Assert.Contains(queries, query => query.EndsWith(") or on () vector(0)", StringComparison.Ordinal));
        Assert.All(queries.Where(query => query.Contains("by (", StringComparison.Ordinal)), query => Assert.DoesNotContain(" or vector(0)", query, StringComparison.Ordinal));
    }

    [Fact]
    public void Lines_at_0_take_no_place_beside_others_and_are_named()
    {
        var shown = ShownLines.Of([
            Line("quiet", 0, 0), Line("unknown", null, null), .. Enumerable.Range(0, 9).Select(i => Line($"line {i}", i + 1, 0)), Line("below", -1, null), Line("idle", null, 0)]);
        Assert.Equal(["line 8", "line 7", "line 6", "line 5", "line 4", "line 3", "line 2", "line 1"], shown.Drawn.Select(line => line.Name));
        Assert.Equal("0 all the time: idle, quiet.", shown.Note);
        shown = ShownLines.Of([Line("one", 1), .. Enumerable.Range(0, 6).Select(i => Line($"zero {i}", 0))]);
        Assert.Equal("one", Assert.Single(shown.Drawn).Name);
        Assert.Equal("0 all the time: zero 0, zero 1, zero 2, zero 3, and 2 more.", shown.Note);
    }

    [Fact]
    public void Lines_are_drawn_at_0_if_all_are()
    {
        var shown = ShownLines.Of([.. Enumerable.Range(0, 9).Select(i => Line($"zero {i}", 0)), Line("unknown", null, null)]);
        Assert.Equal(8, shown.Drawn.Count);
        Assert.Null(shown.Note);
        Assert.Empty(ShownLines.Of([]).Drawn);
    }

    private static ChartLine Line(string name, params float?[] values) =>
        new(name, [.. values.Select((value, index) => new HistoryPoint(DateTimeOffset.UnixEpoch + (index * HistoryStore.Step), value))]);

    private void Record(params (string Name, double? Value)[] values)
    {
        _history.Record(values);
        _time.Advance(HistoryStore.Step);
    }

    private IEnumerable<(string Name, float? Value)> Last(ObservatoryPanel panel) => panel.Memory!(_history, Hour).Select(line => (line.Name, line.Points[^1].Value));

    private static IEnumerable<(int Index, float Value)> Values(ChartLine line) =>
        line.Points.Select((point, index) => (index, point.Value)).Where(one => one.Value is not null).Select(one => (one.index, one.Value!.Value));

    private sealed class OddMetrics : IObservatoryMetrics
    {
        public Task<MetricsAnswer> QueryAsync(string expression, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<MetricsAnswer> QueryAsync(string expression, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellationToken) => expression switch
        {
            "throws" => throw new InvalidOperationException("secret"),
            "fails" => Task.FromResult(new MetricsAnswer([], "It is away.")),
            _ => Task.FromResult(new MetricsAnswer([new MetricsSeries(new Dictionary<string, string>(), [new(to, 1)])])),
        };
    }
}
