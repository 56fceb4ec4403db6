using System.Collections.Concurrent;
using Choir.LoadTest.Engine;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Scenarios;

namespace Choir.Tests.Unit.LoadTest.Engine;

public class LoadTestRunTests
{
    private static readonly LoadProfile Second = BuiltInProfiles.Steady("own", rate: 100, TimeSpan.FromSeconds(1), users: 4) with
    {
        WarmUp = TimeSpan.Zero, Arrivals = Arrivals.Uniform,
    };

    [Fact]
    public async Task Each_operation_that_is_due_is_counted_once_with_its_result()
    {
        var users = new ConcurrentBag<int>();
        var report = await LoadTestRun.RunAsync(
            Second with { Objectives = [new LoadObjective("errors.share", false, 0.9), new LoadObjective("fails.p99", false, 1)] },
            ("works", async (user, token) =>
            {
                users.Add(user);
                await Task.Yield();
            }),
            ("fails", (_, _) => throw new InvalidOperationException("as told")));
        var (works, fails) = (report.Scenarios[0], report.Scenarios[1]);
        Assert.Equal(100, works.Started + fails.Started);
        Assert.True(works.Started > 20 && fails.Started > 20, "Both have a share.");
        Assert.Equal((works.Started, works.Started), (works.Succeeded, works.Latency.Count));
        var error = Assert.Single(fails.Errors);
        Assert.Equal(("invalid_operation", fails.Started, "as told"), (error.Kind, error.Count, error.Example));
        Assert.All(users, user => Assert.InRange(user, 0, 3));
        Assert.Equal([true, false], report.Objectives.Select(objective => objective.Met));
        Assert.Null(report.Objectives[1].Value);
        Assert.False(report.Passed);
        Assert.False(report.Interrupted);
        Assert.Equal(1, report.Seconds);
        Assert.Equal("steady", Assert.Single(report.Stages).Name);
        Assert.Contains(report.Figures, figure => figure.Name == "works.p99" && figure.Blocks.Count > 1);
    }

    [Fact]
    public async Task A_test_that_is_ended_early_reports_what_was_measured()
    {
        using var end = new CancellationTokenSource();
        var started = 0;
        var report = await LoadTestRun.RunAsync(
            Second with { Stages = [BuiltInProfiles.Steady(100, TimeSpan.FromHours(1))] },
            new Dictionary<string, IScenario>
            {
                ["waits"] = new DelegateScenario(async (_, token) =>
                {
                    if (Interlocked.Increment(ref started) == 20)
                    {
                        await end.CancelAsync();
                        await new TaskCompletionSource().Task.WaitAsync(token);
                    }
                }),
            },
            end.Token);
        Assert.True(report.Interrupted);
        Assert.False(report.Passed);
        var scenario = Assert.Single(report.Scenarios);
        Assert.InRange(scenario.Succeeded, 19, 1_000);
        Assert.Equal((scenario.Started, 0), (scenario.Succeeded, scenario.Errors.Count));

        // Less than a second.
        Assert.Contains(report.Notes, note => note.EndsWith(" s, which is too short to measure anything.", StringComparison.Ordinal));
        Assert.Empty(report.Figures);
    }

    [Fact]
    public async Task A_stress_test_without_a_limit_reports_its_last_step_and_one_without_success_none()
    {
        var stress = Second with
        {
            Kind = ProfileKind.Stress,
            Stages = BuiltInProfiles.Steps(20, 2, TimeSpan.FromSeconds(1), 2),
            Refinements = 0,
            Objectives = [new LoadObjective("errors.share", false, 0.5), new LoadObjective("knee", true, 30)],
        };
        var good = await LoadTestRun.RunAsync(stress, ("call", (_, _) => Task.CompletedTask));
        Assert.True(good.Passed);
        Assert.Equal(40, good.Figures.Single(figure => figure.Name == "knee").Value);
        Assert.Equal(["step 1", "step 2"], good.Stages.Select(stage => stage.Name));
        Assert.Contains("no step missed them", Assert.Single(good.Notes, note => note.StartsWith("The knee", StringComparison.Ordinal)), StringComparison.Ordinal);

        var bad = await LoadTestRun.RunAsync(stress, ("call", (_, _) => throw new TimeoutException()));
        Assert.False(bad.Passed);
        Assert.Equal([1.0, null], bad.Objectives.Select(objective => objective.Value));
        Assert.Contains("No step met the objectives", Assert.Single(bad.Notes, note => note.StartsWith("No step", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_that_names_another_call_is_refused()
    {
        var profile = Second with { Scenarios = [new ScenarioShare("a", "b", 1, new Dictionary<string, string>())] };
        var failure = await Assert.ThrowsAsync<ProfileException>(() => LoadTestRun.RunAsync(profile, ("c", (_, _) => Task.CompletedTask)));
        Assert.Equal(["There is no scenario \"b\" in code. There are c."], failure.Errors);
    }
}
