using Choir.Tests.Integration.Gateway;
using Choir.Tests.Support;

namespace Choir.Tests.Observability.Alerting;

/// <summary>A real Alertmanager keeps quiet about what follows from something worse.</summary>
public sealed class InhibitionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_host_that_is_down_silences_its_symptoms_and_nobody_elses()
    {
        var hostDown = PostedAlert.Firing("HostDown", "critical", ("host", "m1"), ("instance", "10.0.0.1:80"));
        await AssertSilencedAsync(
            ["ActivationStorm", "HighMemoryUsage", "ThreadPoolStarvation"],
            ["DeadLetters", "HostDown", "HotActor", "MembershipStorm", "OutboxStuck"],
            hostDown,
            PostedAlert.Firing("HighMemoryUsage", "warning", ("host", "m1")),
            PostedAlert.Firing("ThreadPoolStarvation", "warning", ("host", "m1"), ("instance", "10.0.0.1:80")),
            PostedAlert.Firing("ActivationStorm", "warning", ("actor_type", "ThreadActor")),
            PostedAlert.Firing("MembershipStorm", "critical"),
            PostedAlert.Firing("HotActor", "warning", ("host", "m2")),
            PostedAlert.Firing("OutboxStuck", "critical", ("host", "m1")),
            PostedAlert.Firing("DeadLetters", "warning", ("actor_type", "ThreadActor")));
    }

    [Fact]
    public async Task The_worse_of_two_alerts_about_the_same_is_enough()
    {
        await AssertSilencedAsync(
            ["ActorRestarts", "ActorRestarts", "CycleLatencySlowBurn", "CycleSuccessSlowBurn", "SlowDatabaseQueries", "TwoLevels"],
            ["ActorRestartStorm", "CycleLatencyFastBurn", "CycleSuccessFastBurn", "DatabaseConnectionIssues", "TwoLevels", "TwoLevels"],
            PostedAlert.Firing("CycleSuccessFastBurn", "critical"), PostedAlert.Firing("CycleSuccessSlowBurn", "warning"),
            PostedAlert.Firing("CycleLatencyFastBurn", "critical"), PostedAlert.Firing("CycleLatencySlowBurn", "warning"),
            PostedAlert.Firing("ActorRestartStorm", "critical"),
            PostedAlert.Firing("ActorRestarts", "warning", ("actor_type", "a")), PostedAlert.Firing("ActorRestarts", "warning", ("actor_type", "b")),
            PostedAlert.Firing("DatabaseConnectionIssues", "critical"), PostedAlert.Firing("SlowDatabaseQueries", "warning"),
            PostedAlert.Firing("TwoLevels", "critical", ("actor_type", "a")),
            PostedAlert.Firing("TwoLevels", "warning", ("actor_type", "a")), PostedAlert.Firing("TwoLevels", "warning", ("actor_type", "b")));
    }

    [Fact]
    public async Task Nobody_is_told_of_what_is_silenced()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await using var alertmanager = await AlertmanagerFiles.StartAsync(_folder, gateway.Address);
        await alertmanager.TellAsync(PostedAlert.Firing("HostDown", "critical", ("host", "m1")));
        await Eventually.HoldsAsync("HostDown at GET /alerts", async () => (await ToldAsync(gateway)).Count == 1);
        await alertmanager.TellAsync(PostedAlert.Firing("HighMemoryUsage", "warning", ("host", "m1")), PostedAlert.Firing("HighMemoryUsage", "warning", ("host", "m2")));

        // Both are of one group: when Choir hears of the second host's, it would have heard of the first one's.
        await Eventually.HoldsAsync("the other host's alert at GET /alerts", async () => (await ToldAsync(gateway)).Contains("HighMemoryUsage m2"));
        Assert.Equal(["HighMemoryUsage m2", "HostDown m1"], await ToldAsync(gateway));
    }

    private static async Task<IReadOnlyList<string>> ToldAsync(GatewayUnderTest gateway) =>
    [
        .. (await gateway.GetAsync("/alerts")).Json.GetProperty("alerts").EnumerateArray()
            .Select(alert => $"{alert.GetProperty("name").GetString()} {alert.GetProperty("labels").GetProperty("host").GetString()}")
            .Order(StringComparer.Ordinal),
    ];

    private async Task AssertSilencedAsync(string[] silenced, string[] active, params PostedAlert[] alerts)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await using var alertmanager = await AlertmanagerFiles.StartAsync(_folder, gateway.Address);
        await alertmanager.TellAsync(alerts);
        await Eventually.HoldsAsync("every alert has been looked at", async () =>
            (await alertmanager.AlertsAsync("active")).Count + (await alertmanager.AlertsAsync("suppressed")).Count == alerts.Length);
        await Eventually.GivesAsync(
            "the silenced alerts",
            async () => (await alertmanager.AlertsAsync("suppressed")).SequenceEqual(silenced) ? silenced : null,
            TimeSpan.FromSeconds(30),
            () => $" ({string.Join(", ", silenced)})");
        Assert.Equal(active, await alertmanager.AlertsAsync("active"));
    }
}
