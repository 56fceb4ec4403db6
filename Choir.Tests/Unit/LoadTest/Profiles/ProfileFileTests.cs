using Choir.LoadTest.Profiles;
using Choir.LoadTest.Scenarios;

namespace Choir.Tests.Unit.LoadTest.Profiles;

public class ProfileFileTests
{
    [Fact]
    public void A_profile_in_YAML_is_read()
    {
        var profile = ProfileFile.Parse(
            """
            name: checkout
            kind: load
            users: 50
            warm-up: 5s
            arrivals: uniform
            seed: 7
            timeout: 20s
            stages:
              - { name: ramp, duration: 10s, from: 0, to: 40 }
              - { duration: 1m, rate: 40 }
            scenarios:
              conversation: 2
              hot-key: { share: 0.5, exponent: 1.2 }
            objectives:
              - conversation.p99 <= 1s
              - hot-key.p95 <= 250ms
              - errors.share <= 0.5%
              - rate >= 30/s
            """,
            "checkout.yaml");
        Assert.Equal(("checkout", ProfileKind.Load, 50), (profile.Name, profile.Kind, profile.Users));
        Assert.Equal((Arrivals.Uniform, 7, TimeSpan.FromSeconds(20)), (profile.Arrivals, profile.Seed, profile.Timeout));
        Assert.Equal(
            [new Stage("ramp", TimeSpan.FromSeconds(10), 0, 40), new Stage("stage 2", TimeSpan.FromMinutes(1), 40, 40)], profile.Stages);
        Assert.Equal([("conversation", 2.0), ("hot-key", 0.5)], profile.Scenarios.Select(scenario => (scenario.Scenario, scenario.Share)));
        Assert.Equal("1.2", profile.Scenarios[1].Settings["exponent"]);
        Assert.Equal(
            [
                new LoadObjective("conversation.p99", false, 1), new LoadObjective("hot-key.p95", false, 0.25),
                new LoadObjective("errors.share", false, 0.005), new LoadObjective("rate", true, 30),
            ],
            profile.Objectives);
    }

    [Fact]
    public void A_profile_in_JSON_is_read_with_the_settings_of_its_scenarios()
    {
        var profile = ProfileFile.Parse(
            """
            {
              "kind": "spike", "warmUp": "1s", "rate": 5, "spike": { "factor": 20, "duration": "3s" },
              "scenarios": [
                { "name": "orders", "scenario": "http", "method": "POST", "url": "/orders", "headers": { "X-Tenant": "{user}" }, "body": "{\"n\": {n}}" },
                { "scenario": "conversation", "sizes": [80, 2000] }
              ],
              "objectives": ["recovery <= 10s"]
            }
            """,
            "spike.json");
        Assert.Equal([5.0, 100, 5], profile.Stages.Select(stage => stage.FromRate));
        Assert.Equal(TimeSpan.FromSeconds(1), profile.WarmUp);
        Assert.Equal(("orders", "http"), (profile.Scenarios[0].Name, profile.Scenarios[0].Scenario));
        Assert.Equal("{user}", profile.Scenarios[0].Settings["headers.X-Tenant"]);
        Assert.Equal("80,2000", profile.Scenarios[1].Settings["sizes"]);
    }

    [Fact]
    public void What_a_file_does_not_say_is_as_in_the_built_in_profile()
    {
        var profile = ProfileFile.Parse("kind: stress\nsteps: { from: 10, factor: 2, duration: 3s, count: 3 }", "s.yaml");
        Assert.Equal([10.0, 20, 40], profile.Stages.Select(stage => stage.ToRate));
        Assert.Equal(BuiltInProfiles.Of(ProfileKind.Stress).Objectives, profile.Objectives);
        Assert.Equal(BuiltInProfiles.Of(ProfileKind.Stress).Scenarios.Count, profile.Scenarios.Count);
    }

    [Theory]
    [InlineData(ProfileKind.Load, "errors.share <= 1%")]
    [InlineData(ProfileKind.Spike, "recovery <= 20s", "errors.share <= 1%")]
    [InlineData(ProfileKind.Stress, "p99 <= 1s", "errors.share <= 1%")]
    [InlineData(
        ProfileKind.Endurance, "errors.share <= 1%", "memory.drift <= 10%", "handles.drift <= 10%", "threads.drift <= 10%", "latency.drift <= 25%")]
    public void Own_scenarios_without_objectives_have_those_of_the_built_in_profile_that_are_of_all_operations(ProfileKind kind, params string[] objectives) =>
        Assert.Equal(objectives, Parsed($"kind: {kind}\nscenarios: {{ read: 1 }}").Objectives.Select(ObjectiveText.Format));

    [Fact]
    public void An_empty_list_of_objectives_is_meant()
    {
        Assert.Empty(Parsed("objectives: []").Objectives);
        Assert.Empty(Parsed("scenarios: { read: 1 }\nobjectives: []").Objectives);
    }

    [Theory]
    [InlineData("name: x\n---\nname: y", "p.yaml, line 3: a profile is one YAML document; the file has 2, so remove the others and the lines \"---\" between them.")]
    [InlineData("name: x\n---\n- 1\n---\nname: y", "p.yaml, line 3: a profile is one YAML document; the file has 3, so remove the others and the lines \"---\" between them.")]
    public void Several_documents_are_refused_as_such(string text, string error) => Assert.Equal([error], ErrorsOf(text));

    [Fact]
    public void A_single_document_may_have_its_marks() => Assert.Equal("x", Parsed("---\nname: x\n...\n").Name);

    [Fact]
    public void All_errors_are_named_at_once_in_the_order_of_their_lines() =>
        Assert.Equal(
            [
                "p.yaml, line 1: \"kind\" is \"fast\"; it must be one of load, stress, endurance, spike.",
                "p.yaml, line 2: \"users\" is \"many\"; it must be a whole number such as 200.",
                "p.yaml, line 3: \"warm-up\" is \"10 parsecs\"; it must be a time such as 500ms, 90s, 5m, 2h.",
                "p.yaml, line 4: the profile has no field \"colour\" here; it can have arrivals, kind, name, objectives, refine, scenarios, seed, stages, timeout, users, warm-up.",
                "p.yaml, line 6: stage 1 lacks \"duration\".",
                "p.yaml, line 6: stage 1 must have either \"rate\", or \"from\" and \"to\".",
                "p.yaml, line 8: \"p99 = 3\" is no objective: write a figure, <= or >=, and a limit, such as \"conversation.p99 <= 1s\", \"errors.share <= 1%\" or \"rate >= 50\".",
            ],
            ErrorsOf(
                """
                kind: fast
                users: many
                warm-up: 10 parsecs
                colour: blue
                stages:
                  - { from: 3 }
                objectives:
                  - p99 = 3
                """));

    [Fact]
    public void Errors_of_form_values_objectives_and_settings_are_named_together_with_their_lines() =>
        Assert.Equal(
            [
                "p.yaml, line 1: The name \"A b\" must have 1 to 60 lower-case letters, digits and hyphens, and begin with a letter.",
                "p.yaml, line 2: \"users\" is \"many\"; it must be a whole number such as 200.",
                "p.yaml, line 3: Stage \"steady\" must have rates from 0 to 100,000 per second.",
                "p.yaml, line 5: Scenario \"message\" (message) has \"ids\" \"0\"; it must be a whole number from 1 to 1,000,000.",
                "p.yaml, line 7: The share of scenario \"own\" must be more than 0.",
                "p.yaml, line 9: Scenario \"own\" (http) has {usr} in \"url\", which is no placeholder: there are {user}, {n}, {random} and {uuid}. To send it as text, write a space after the brace.",
                "p.yaml, line 11: There is no scenario \"dance\". There are conversation, events, hot-key, http, message, read.",
                "p.yaml, line 13: There is no figure \"own.p42\" for an objective; there are p50, p90, p95, p99, p999, max, mean, rate, errors.share, each also of one scenario, such as \"message.p99\" (scenarios: message, own, dance).",
                "p.yaml, line 14: There is no figure \"p43\" for an objective.",
                "p.yaml, line 15: Only stress tests have the figure \"knee\"; the kind of this profile is load.",
            ],
            ErrorsOf(
                """
                name: A b
                users: many
                rate: 1e9
                scenarios:
                  message: { share: 1, ids: 0 }
                  own:
                    share: 0
                    scenario: http
                    url: /threads/{usr}

                  dance: 1
                objectives:
                  - own.p42 <= 1s
                  - p43 <= 1s
                  - knee >= 5
                """,
                ScenarioCatalog.Check));

    [Fact]
    public void A_part_that_cannot_be_read_causes_no_further_errors() =>
        Assert.Equal(
            [
                "p.yaml, line 1: \"kind\" is \"strss\"; it must be one of load, stress, endurance, spike.",
                "p.yaml, line 2: \"factor\" must be more than 1 and at most 10.",
                "p.yaml, line 4: a scenario lacks \"scenario\", such as \"scenario: conversation\".",
            ],
            ErrorsOf("kind: strss\nsteps: { from: 5, factor: 1 }\nscenarios:\n  - { share: 1, url: /x }\nobjectives: [knee >= 5]", ScenarioCatalog.Check));

    [Theory]
    [InlineData("users: 0", "p.yaml, line 1: users must be from 1 to 10,000; it is 0.")]
    [InlineData("name: A b", "p.yaml, line 1: The name \"A b\" must have 1 to 60 lower-case letters, digits and hyphens, and begin with a letter.")]
    [InlineData("rate: 1e9", "p.yaml, line 1: Stage \"steady\" must have rates from 0 to 100,000 per second.")]
    [InlineData("rate: 0", "p.yaml, line 1: At least one stage must have a rate above 0.")]
    [InlineData("duration: 1ms", "p.yaml, line 1: Stage \"steady\" must take at least 1s.")]
    [InlineData("scenarios: { read: 0 }", "p.yaml, line 1: The share of scenario \"read\" must be more than 0.")]
    [InlineData("scenarios: []", "p.yaml, line 1: There must be 1 to 20 scenarios; there are 0.")]
    [InlineData("scenarios: [{ scenario: read }, { scenario: read }]", "p.yaml, line 1: There are several scenarios with the name \"read\". Give each a name of its own.")]
    [InlineData("scenarios: 7", "p.yaml, line 1: \"scenarios\" must be a list, or a mapping of scenarios to shares, such as \"conversation: 2\".")]
    [InlineData("scenarios: [[]]", "p.yaml, line 1: a scenario lacks \"scenario\", such as \"scenario: conversation\".")]
    [InlineData("kind: stress\nobjectives: [rate >= 4]", "p.yaml, line 2: A stress test needs an objective that a too high rate misses, such as \"p99 <= 1s\" or \"errors.share <= 1%\".")]
    [InlineData("kind: spike\nstages: [{ rate: 1, duration: 5s }]", "p.yaml, line 2: A spike must have the stages \"before\", \"spike\" and \"recovery\".")]
    [InlineData("kind: stress\nrate: 3", "p.yaml, line 2: the profile has no field \"rate\" here; it can have arrivals, kind, name, objectives, refine, scenarios, seed, stages, steps, timeout, users, warm-up.")]
    [InlineData("- a list", "p.yaml must be a mapping with \"kind\", \"rate\", \"duration\", \"scenarios\" and \"objectives\".")]
    [InlineData("", "p.yaml must be a mapping with \"kind\", \"rate\", \"duration\", \"scenarios\" and \"objectives\".")]
    [InlineData("a: &x 1\nb: *x", "p.yaml, line 2: a profile has neither aliases nor more than 10 levels.")]
    public void A_wrong_value_is_refused(string text, string error) => Assert.Equal(error, ErrorsOf(text)[0]);

    [Theory]
    [InlineData("a: [")]
    [InlineData("a: \"x")]
    [InlineData("a: 1\na: 2")]
    [InlineData("%YAML 9.9\n---\n{")]
    public void What_is_neither_YAML_nor_JSON_is_refused_with_its_line(string text) =>
        Assert.StartsWith("p.yaml, line ", ErrorsOf(text)[0], StringComparison.Ordinal);

    [Fact]
    public void Deep_nesting_is_refused() =>
        Assert.Contains("more than 10 levels", ErrorsOf(new string('[', 100_000))[0], StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_named()
    {
        var file = new FileInfo(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
        Assert.Equal($"There is no file {file.FullName}.", Assert.Throws<ProfileException>(() => ProfileFile.Read(file)).Message);
    }

    [Fact]
    public void A_file_without_an_end_is_refused()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "There is no /dev/zero.");
        Assert.Equal(
            "/dev/zero is larger than 256 KiB, so it is no profile.", Assert.Throws<ProfileException>(() => ProfileFile.Read(new FileInfo("/dev/zero"))).Message);
    }

    [Theory]
    [InlineData(ProfileKind.Load)]
    [InlineData(ProfileKind.Stress)]
    [InlineData(ProfileKind.Endurance)]
    [InlineData(ProfileKind.Spike)]
    public void Built_in_profiles_are_valid(ProfileKind kind)
    {
        Assert.Empty(ProfileRules.Check(BuiltInProfiles.Of(kind)));
        Assert.Equal(kind, BuiltInProfiles.Of(kind).Kind);
    }

    private static LoadProfile Parsed(string text) => ProfileFile.Parse(text, "p.yaml");

    private static IReadOnlyList<string> ErrorsOf(string text, Func<LoadProfile, IEnumerable<ProfileProblem>>? check = null) =>
        Assert.Throws<ProfileException>(() => ProfileFile.Parse(text, "p.yaml", check ?? (_ => []))).Errors;
}
