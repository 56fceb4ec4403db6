using System.Text;
using System.Text.Json;
using Choir.LoadTest.Costs;
using Choir.LoadTest.Costs.Reading;
using Choir.LoadTest.Costs.Recording;
using Choir.LoadTest.Reports.Html.Sections;
using Choir.LoadTest.Reports.Markdown;
using Choir.LoadTest.Reports.Model;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.LoadTest.Costs;

public sealed class CostAnalysisTests
{
    private static readonly RawProfile Raw = new(
        Seconds: 10,
        CpuSeconds: 8,
        AllocatedBytes: 1_000,
        KnowsThreads: true,
        new Dictionary<int, KindName> { [1] = new("thread_actor", "PROCESS_INPUT"), [2] = new("thread_actor", "(timer)") },
        new Dictionary<int, TurnUse> { [1] = new(4, 2_000_000_000, 600), [2] = new(1, 1_000_000_000, 100) },
        [
            new StackSamples(1, ["Main", "Think", "Parse"], 30), new StackSamples(1, ["Main", "Think"], 10), new StackSamples(0, ["Main"], 60),
        ],
        new Dictionary<(int, string), long> { [(1, "System.String")] = 200_000, [(1, "System.Byte[]")] = 100_000 },
        new Dictionary<int, (double, long)> { [1] = (0.5, 3) },
        []);

    [Fact]
    public void Turns_have_their_measured_cost_and_the_rest_is_outside_of_them()
    {
        var costs = Of(Raw);

        Assert.Equal([ActorTypeCost.Outside, "thread_actor"], costs.ActorTypes.Select(type => type.ActorType));
        Assert.Equal(5, costs.ActorTypes[0].Cost.CpuSeconds, 9);
        Assert.Equal(300, costs.ActorTypes[0].Cost.AllocatedBytes);
        var actor = costs.ActorTypes[1];
        Assert.Equal(new TurnCost(5, 3, 0.375, 700, 0.7, 0.5, 3, 40), actor.Cost);
        Assert.Equal(["PROCESS_INPUT", "(timer)"], actor.Messages.Select(message => message.MessageType));
        Assert.Equal(new TurnCost(1, 1, 0.125, 100, 0.1, 0, 0, 0), actor.Messages[1].Cost);
        Assert.Equal([("System.String", 400L), ("System.Byte[]", 200L)], actor.Allocations.Select(allocation => (allocation.Type, allocation.Bytes)));
    }

    [Fact]
    public void Methods_share_the_measured_time_of_the_turns_in_which_they_were_seen()
    {
        var costs = Of(Raw);

        Assert.Equal(["Main", "Parse", "Think"], costs.Methods.Select(method => method.Method));
        Assert.Equal(new MethodCost("Main", 5, 0.625, 7, 0.875), costs.Methods[0]);
        Assert.Equal(new MethodCost("Parse", 1.5, 0.5, 1.5, 0.5), costs.ActorTypes[1].Methods[0]);
        Assert.Equal(new MethodCost("Think", 0.5, 0.5 / 3, 2, 2.0 / 3), costs.ActorTypes[1].Methods[1]);
    }

    [Fact]
    public void A_method_that_calls_itself_counts_once()
    {
        var tally = new MethodTally();
        tally.Add(["A", "A", "A"], 2);

        Assert.Equal(new MethodCost("A", 2, 1, 2, 1), Assert.Single(tally.Hottest(10, 2)));
    }

    [Fact]
    public void Without_a_clock_of_threads_samples_share_the_cpu_time_of_the_process()
    {
        var costs = Of(Raw with { KnowsThreads = false, CpuSeconds = null, Use = new Dictionary<int, TurnUse>() }, cpuSeconds: 10);

        Assert.Equal(10, costs.CpuSeconds);
        Assert.Equal(4, costs.ActorTypes.Single(type => type.ActorType == "thread_actor").Cost.CpuSeconds, 9);
        Assert.Equal(6, costs.ActorTypes.Single(type => type.ActorType == ActorTypeCost.Outside).Cost.CpuSeconds, 9);
    }

    [Fact]
    public void Processes_are_added_up()
    {
        var costs = CostAnalysis.Of([Described("a", Raw), Described("b", Raw)], ["c was not found."]);

        Assert.Equal((16, 2_000), (costs.CpuSeconds, costs.AllocatedBytes));
        Assert.Equal(10, costs.ActorTypes.Single(type => type.ActorType == "thread_actor").Cost.Turns);
        Assert.Equal("c was not found.", Assert.Single(costs.Notes));
    }

    [Fact]
    public void Actor_types_are_ranked_by_cpu_time_and_by_allocation()
    {
        var hotspots = CostHotspots.Of(Of(Raw));

        Assert.Equal(
            [("actor cpu", ActorTypeCost.Outside), ("actor cpu", "thread_actor"), ("actor allocation", "thread_actor"), ("actor allocation", ActorTypeCost.Outside)],
            hotspots.Select(hotspot => (hotspot.By, hotspot.Name)));
        Assert.Equal("3 s of CPU, 600 ms a turn; most in Parse (50 %).", hotspots[1].Detail);
        Assert.Equal("700 B allocated, 140 B a turn; most of it System.String (57.1 %).", hotspots[2].Detail);
    }

    [Fact]
    public void A_profile_of_nothing_is_empty()
    {
        var costs = CostAnalysis.Of([], []);

        Assert.Empty(costs.ActorTypes);
        Assert.Empty(CostHotspots.Of(costs));
    }

    [Fact]
    public void The_file_for_speedscope_has_a_profile_of_everything_and_of_each_actor_type()
    {
        using var stream = new MemoryStream();
        SpeedscopeFile.Write("host", new ProcessProfile(Raw, 0).Stacks, stream);

        using var json = JsonDocument.Parse(stream.ToArray());
        var frames = json.RootElement.GetProperty("shared").GetProperty("frames").EnumerateArray().Select(frame => frame.GetProperty("name").GetString()).ToList();
        var profiles = json.RootElement.GetProperty("profiles").EnumerateArray().ToList();
        Assert.Equal(["everything in host", ActorTypeCost.Outside, "thread_actor"], profiles.Select(profile => profile.GetProperty("name").GetString()));
        Assert.Equal(7, profiles[0].GetProperty("endValue").GetDouble(), 9);
        Assert.Equal(
            ["thread_actor", "PROCESS_INPUT", "Main", "Think", "Parse"],
            profiles[2].GetProperty("samples")[0].EnumerateArray().Select(frame => frames[frame.GetInt32()]));
    }

    [Theory]
    [InlineData("30s", 30.0)]
    [InlineData("2m", 120.0)]
    [InlineData("5", 5.0)]
    [InlineData("1.5s", 1.5)]
    [InlineData("", null)]
    [InlineData("0s", null)]
    [InlineData("-3s", null)]
    [InlineData("11m", null)]
    [InlineData("NaN", null)]
    [InlineData("s", null)]
    public void Durations_are_seconds_or_minutes(string text, double? seconds) =>
        Assert.Equal(seconds, CostsCommand.DurationOf(text)?.TotalSeconds);

    [Theory]
    [InlineData("actor-host-1", "actor-host-1")]
    [InlineData("../../etc/passwd", "_.._etc_passwd")]
    [InlineData("", "process")]
    public void Names_of_processes_are_safe_in_names_of_files(string name, string safe) => Assert.Equal(safe, CostProfiler.SafeName(name));

    [Fact]
    public void An_instance_that_no_orchestrator_named_ends_with_its_process_id() => Assert.Equal(
        $"actor-host-{Environment.MachineName}-12",
        ProcessFinder.NameOf(12, ["gateway-x", $"actor-host-{Environment.MachineName}-112", $"actor-host-{Environment.MachineName}-12"]));

    [Fact]
    public void Reports_show_the_costs_and_escape_the_names_of_the_profiled_process()
    {
        var evil = Raw with { Kinds = new Dictionary<int, KindName> { [1] = new("<script>alert(1)</script>", "A|B"), [2] = new("x", "y") } };
        var report = SampleLoadReport.Create() with { Costs = CostAnalysis.Of([Described("a", evil)], ["c was not found."]) };
        var (html, markdown) = (CostsSection.Render(report).ToString(), new StringBuilder());
        MarkdownCosts.Write(report, markdown);

        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
        Assert.Contains("Parse", html, StringComparison.Ordinal);
        Assert.Contains("c was not found.", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", markdown.ToString(), StringComparison.Ordinal);
        Assert.Contains("`Parse`", markdown.ToString(), StringComparison.Ordinal);
        Assert.True(CostsSection.Render(report with { Costs = null }).IsEmpty);
    }

    [Fact]
    public void Of_dotnet_run_and_the_service_that_it_started_the_service_is_profiled()
    {
        var start = DateTime.UnixEpoch;
        var chosen = ProcessFinder.Choose(
            [new Candidate("a", 20, start.AddSeconds(9)), new Candidate("a", 10, start), new Candidate("a", 15, start.AddSeconds(3)), new Candidate("b", 11, start)]);

        Assert.Equal((20, 11), (chosen["a"], chosen["b"]));
    }

    private static CostFigures Of(RawProfile raw, double cpuSeconds = 0) => CostAnalysis.Of([Described("a", raw, cpuSeconds)], []);

    private static (ProcessCost, ProcessProfile) Described(string name, RawProfile raw, double cpuSeconds = 0)
    {
        var profile = new ProcessProfile(raw, cpuSeconds);
        return (new ProcessCost(name, 1, profile.CpuSeconds, profile.AllocatedBytes, profile.Samples, null), profile);
    }
}
