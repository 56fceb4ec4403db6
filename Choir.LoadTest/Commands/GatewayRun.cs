using Choir.LoadTest.Engine;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Scenarios;

namespace Choir.LoadTest.Commands;

/// <summary>Runs a profile against a running Choir.</summary>
/// <param name="target">The Choir.</param>
/// <param name="show">Shows the progress of a run until it has ended.</param>
internal sealed class GatewayRun(GatewayTarget target, Func<LoadRun, Task, Task> show)
{
    /// <summary>Runs a profile, and returns the report.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="companions">What runs beside it; they are disposed of.</param>
    /// <param name="cancellationToken">Ends it early, with a report of what was measured.</param>
    /// <exception cref="ProfileException">The profile's scenarios cannot be run.</exception>
    /// <exception cref="LoadTestException">Choir does not answer, refuses the key, or a scenario cannot be prepared.</exception>
    public async Task<LoadReport> RunAsync(LoadProfile profile, IReadOnlyList<IRunCompanion> companions, CancellationToken cancellationToken)
    {
        using var client = new GatewayClient(target.Address, target.Key, profile.Users);
        try
        {
            var scenarios = ScenarioCatalog.Create(profile, client, new Dictionary<string, IScenario>());
            if (UsesGateway(profile))
            {
                await target.CheckAsync(cancellationToken);
            }

            using var run = new LoadRun(profile, scenarios, UsesGateway(profile) ? target.Address.GetLeftPart(UriPartial.Authority) : "requests of the profile", companions, TimeProvider.System);
            var report = run.RunAsync(cancellationToken);
            await show(run, report);
            return await report;
        }
        finally
        {
            foreach (var companion in companions)
            {
                await companion.DisposeAsync();
            }
        }
    }

    public static bool UsesGateway(LoadProfile profile) => profile.Scenarios.Any(ScenarioCatalog.UsesGateway);
}
