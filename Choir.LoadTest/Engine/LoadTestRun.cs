using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Scenarios;

namespace Choir.LoadTest.Engine;

/// <summary>Runs load tests of one's own calls, such as grain calls, in one's own program.</summary>
/// <example>
/// <code>
/// var profile = BuiltInProfiles.Steady("checkout", rate: 200, duration: TimeSpan.FromMinutes(1)) with
/// {
///     Objectives = [new LoadObjective("checkout.p99", IsAtLeast: false, Limit: 0.1)],
/// };
/// var report = await LoadTestRun.RunAsync(profile, ("checkout", async (user, token) =>
///     await grains.GetGrain&lt;ICartGrain&gt;($"user-{user}").CheckOut().WaitAsync(token)));
/// await ReportFiles.WriteAsync(report, new DirectoryInfo("load-tests/checkout"), default);
/// return report.Passed ? 0 : 1;
/// </code>
/// </example>
public static class LoadTestRun
{
    /// <summary>Runs a profile with calls in code.</summary>
    /// <param name="profile">
    /// The profile. Its scenarios name calls; without any, all calls have equal shares.
    /// </param>
    /// <param name="calls">The calls by name. Each gets the number of its user, from 0, and fails by throwing.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ProfileException">The profile has values out of range, or names another call.</exception>
    public static Task<LoadReport> RunAsync(LoadProfile profile, params (string Name, Func<int, CancellationToken, Task> Call)[] calls)
    {
        ArgumentNullException.ThrowIfNull(calls);
        return RunAsync(profile, calls.ToDictionary(call => call.Name, IScenario (call) => new DelegateScenario(call.Call)), CancellationToken.None);
    }

    /// <summary>Runs a profile with scenarios in code.</summary>
    /// <param name="profile">The profile. Its scenarios name those in code; without any, all have equal shares.</param>
    /// <param name="scenarios">The scenarios by name.</param>
    /// <param name="cancellationToken">Ends the test; the report then has what was measured.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ProfileException">The profile has values out of range, or names another scenario.</exception>
    /// <exception cref="LoadTestException">A scenario could not be prepared.</exception>
    public static async Task<LoadReport> RunAsync(
        LoadProfile profile, IReadOnlyDictionary<string, IScenario> scenarios, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(scenarios);
        if (profile.Scenarios.Count == 0)
        {
            profile = profile with
            {
                Scenarios = [.. scenarios.Keys.Select(name => new ScenarioShare(name, name, 1, new Dictionary<string, string>()))],
            };
        }

        var errors = new List<string>(ProfileRules.Check(profile));
        errors.AddRange(profile.Scenarios.Where(share => !scenarios.ContainsKey(share.Scenario))
            .Select(share => $"There is no scenario \"{share.Scenario}\" in code. There are {string.Join(", ", scenarios.Keys)}."));
        if (errors.Count > 0)
        {
            throw new ProfileException(errors);
        }

        var running = profile.Scenarios.Select(share => new RunScenario(share.Name, share.Share, scenarios[share.Scenario])).ToList();
        using var run = new LoadRun(profile, running, "calls in code", [], TimeProvider.System);
        return await run.RunAsync(cancellationToken);
    }
}
