using System.Text.Json.Nodes;
using Choir.Actors;
using Choir.LoadTest.Objectives;
using Choir.LoadTest.Objectives.Declaring;
using Choir.LoadTest.Objectives.Writing;
using Choir.Tests.Observability;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.LoadTest.Objectives;

public class ObjectiveFilesTests
{
    private static readonly DeclaredObjective[] Tally = [new("TallyActor", "ADD", "99.9%", "250ms", null)];

    private static readonly ObjectivesFile Empty = ObjectivesFile.Parse("runbooks: http://localhost:5080/runbooks/", "test.yaml");

    [Fact]
    public void The_files_of_this_repository_are_those_that_would_be_written()
    {
        var log = new StringWriter();
        var exitCode = ObjectivesCommand.Run(
            Repository.At("objectives.yaml"), [Path.Combine(AppContext.BaseDirectory, "Choir.ActorHost.dll")],
            Repository.Folder, isCheck: true, log, log);
        Assert.True(exitCode == 0, $"Run `objectives generate` (docs/objectives.md).\n{log}");
    }

    [Fact]
    public void The_same_objectives_give_the_same_files_in_any_order()
    {
        DeclaredObjective other = new("Another", null, "99%", null, null);
        Assert.Equal(Generate([.. Tally, other]), Generate([other, .. Tally]));
    }

    [Fact]
    public void A_runbook_that_exists_is_not_written_again()
    {
        var paths = Generate(Tally, ("runbooks/TallyActorAddSuccessFastBurn.md", "By hand.")).Select(file => file.Path).ToList();
        Assert.DoesNotContain("runbooks/TallyActorAddSuccessFastBurn.md", paths);
        Assert.Contains("runbooks/TallyActorAddSuccessSlowBurn.md", paths);
        Assert.DoesNotContain("runbooks/README.md", paths);
    }

    [Fact]
    public void The_index_of_runbooks_gets_the_rows_that_it_lacks()
    {
        const string Index = "# Runbooks\n\n| alert | severity | in one line |\n| --- | --- | --- |\n| [TallyActorAddSuccessFastBurn](TallyActorAddSuccessFastBurn.md) | critical | By hand. |\n";
        var written = Generate(Tally, ("runbooks/README.md", Index)).Single(file => file.Path == "runbooks/README.md").Content;
        Assert.StartsWith(Index, written, StringComparison.Ordinal);
        Assert.Equal(3, written[Index.Length..].Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void The_row_is_written_at_the_end_of_the_dashboard_and_replaces_the_one_of_before()
    {
        const string Path = "dashboards/objectives.json";
        const string Others = """{"title":"T","panels":[{"type":"stat","id":7,"title":"Ä","gridPos":{"h":5,"w":24,"x":0,"y":0}},{"type":"row","id":8,"title":"R","gridPos":{"h":1,"w":24,"x":0,"y":5}}]}""";
        var once = Generate([new("Other", null, "99%", null, null)], (Path, Others)).Single(file => file.Path == Path).Content;
        var twice = Generate(Tally, (Path, once)).Single(file => file.Path == Path).Content;
        Assert.Equal(Generate(Tally, (Path, Others)).Single(file => file.Path == Path).Content, twice);
        var panels = JsonNode.Parse(twice)!["panels"]!.AsArray();
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Others)!["panels"]![0], panels[0]));
        Assert.Equal(
            ["Ä", "R", "Objectives", "Error budget left", "Burn rates of the error budgets", "Good events"],
            panels.Select(panel => panel!["title"]!.GetValue<string>()));
        Assert.Equal([7, 8, 9, 10, 11, 12], panels.Select(panel => panel!["id"]!.GetValue<int>()));
        Assert.Equal([0, 5, 6, 7, 7, 7], panels.Select(panel => panel!["gridPos"]!["y"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"panels\":[5]}")]
    public void A_file_that_is_no_dashboard_is_not_overwritten(string text) =>
        Assert.Throws<ObjectivesException>(() => Generate(Tally, ("dashboards/objectives.json", text)));

    [Fact]
    public void Equal_names_and_no_objectives_are_refused()
    {
        Assert.Contains("There are no objectives", Assert.Throws<ObjectivesException>(() => Generate([])).Message, StringComparison.Ordinal);
        Assert.Contains("have the name tally_actor_add_success", Assert.Throws<ObjectivesException>(() => Generate([.. Tally, .. Tally])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_share_whose_fast_alert_could_not_fire_is_refused()
    {
        var file = ObjectivesFile.Parse("window: 90d\nrunbooks: http://localhost/", "test.yaml");
        Assert.Contains(
            "the share must be at least 98.1481 %",
            Assert.Throws<ObjectivesException>(() => ObjectiveFiles.Collect(file, [new("A", null, "98%", null, null)])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.00001, "le=~\"1e-05|1E-05|0\\\\.00001\"")]
    [InlineData(0.000025, "le=~\"2.5e-05|2.5E-05|0\\\\.000025\"")]
    [InlineData(0.0001, "le=\"0.0001\"")]
    [InlineData(0.25, "le=\"0.25\"")]
    [InlineData(1, "le=~\"1|1\\\\.0\"")]
    [InlineData(3600, "le=~\"3600|3600\\\\.0\"")]
    public void A_bucket_is_found_however_it_is_written(double bound, string matcher) =>
        Assert.Equal(matcher, Choir.LoadTest.Objectives.Measuring.PromQl.Bucket(bound).ToString());

    [Fact]
    public void The_index_row_names_the_severity() => Assert.Equal(
        "| [TallyActorAddSuccessSlowBurn](TallyActorAddSuccessSlowBurn.md) | warning | Too many messages ADD of TallyActor fail (objective: 99.9 % of the messages ADD of TallyActor succeed). |",
        RunbookText.IndexRow(Tally[0].ToObjectives(["instance"]).First(), "TallyActorAddSuccessSlowBurn"));

    private static IReadOnlyList<GeneratedFile> Generate(DeclaredObjective[] declared, params (string Path, string Text)[] existing) =>
        ObjectiveFiles.Generate(Empty, declared, "test.yaml", path => existing.FirstOrDefault(file => file.Path == path).Text);
}
