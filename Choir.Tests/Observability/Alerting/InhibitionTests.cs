using Choir.Tests.Integration.Gateway;
using Choir.Tests.Support;

namespace Choir.Tests.Observability.Alerting;

/// <summary>Alertmanager inhibits alerts that follow from a worse one.</summary>
public sealed class InhibitionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_host_that_is_down_inhibits_alerts_of_its_symptoms_only()
    {
        var hostDown = PostedAlert.Firing("HostDown", "critical", ("host", "m1"), ("instance", "10.0.0.1:80"));
        await AssertInhibitedAsync(
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
    public async Task The_worse_of_two_alerts_inhibits_the_other()
    {
        await AssertInhibitedAsync(
            ["ActorRestarts", "ActorRestarts", "CycleLatencySlowBurn", "CycleSuccessSlowBurn", "OfInstance", "SlowDatabaseQueries", "TwoLevels"],
            ["ActorRestartStorm", "CycleLatencyFastBurn", "CycleSuccessFastBurn", "DatabaseConnectionIssues", "OfInstance", "TwoLevels", "TwoLevels"],
            PostedAlert.Firing("CycleSuccessFastBurn", "critical", ("objective", "cycle_success")),
            PostedAlert.Firing("CycleSuccessSlowBurn", "warning", ("objective", "cycle_success")),
            PostedAlert.Firing("CycleLatencyFastBurn", "critical", ("objective", "cycle_latency")),
            PostedAlert.Firing("CycleLatencySlowBurn", "warning", ("objective", "cycle_latency")),
            PostedAlert.Firing("OfInstance", "critical", ("instance", "a")), PostedAlert.Firing("OfInstance", "warning", ("instance", "a")),
            PostedAlert.Firing("ActorRestartStorm", "critical"),
            PostedAlert.Firing("ActorRestarts", "warning", ("actor_type", "a")), PostedAlert.Firing("ActorRestarts", "warning", ("actor_type", "b")),
            PostedAlert.Firing("DatabaseConnectionIssues", "critical"), PostedAlert.Firing("SlowDatabaseQueries", "warning"),
            PostedAlert.Firing("TwoLevels", "critical", ("actor_type", "a")),
            PostedAlert.Firing("TwoLevels", "warning", ("actor_type", "a")), PostedAlert.Firing("TwoLevels", "warning", ("actor_type", "b")));
    }

    [Fact]
    public async Task A_node_that_does_not_answer_is_told_once()
    {
        await AssertInhibitedAsync(
            ["HealthDegraded", "HealthDegraded"],
            ["ChainUnavailable", "HealthDegraded", "OutboxStuck"],
            PostedAlert.Firing("ChainUnavailable", "warning", ("component", "blockchain")),
            PostedAlert.Firing("HealthDegraded", "warning", ("component", "blockchain"), ("host", "m1"), ("instance", "a")),
            PostedAlert.Firing("HealthDegraded", "warning", ("component", "blockchain"), ("host", "m2"), ("instance", "b")),
            PostedAlert.Firing("HealthDegraded", "warning", ("component", "database"), ("host", "m1"), ("instance", "a")),
            PostedAlert.Firing("OutboxStuck", "critical"));
    }

    [Fact]
    public async Task An_alert_that_fires_and_ends_later_inhibits_none_that_was_sent_before()
    {
        await AssertInhibitedAsync(
            [],
            ["DatabaseConnectionIssues", "HealthDegraded"],
            PostedAlert.Firing("DatabaseConnectionIssues", "critical", ("service", "actor-host"), ("host", "m1"), ("instance", "a")),
            PostedAlert.Firing("HealthDegraded", "warning", ("component", "database"), ("service", "actor-host"), ("host", "m1"), ("instance", "a")));
    }

    [Fact]
    public async Task Absent_labels_are_not_equal()
    {
        await AssertInhibitedAsync(
            [],
            ["ChainUnavailable", "CycleSuccessFastBurn", "CycleSuccessSlowBurn", "DatabaseConnectionIssues", "HealthDegraded", "OfInstance", "OfInstance", "OfSystem", "OfSystem", "OfType", "OfType", "SlowDatabaseQueries"],
            PostedAlert.Firing("OfInstance", "critical", ("instance", "a")), PostedAlert.Firing("OfInstance", "warning", ("instance", "b")),
            PostedAlert.Firing("OfSystem", "critical"), PostedAlert.Firing("OfSystem", "warning"),
            PostedAlert.Firing("OfType", "critical", ("actor_type", "a")), PostedAlert.Firing("OfType", "warning", ("instance", "a")),
            PostedAlert.Firing("ChainUnavailable", "warning"), PostedAlert.Firing("HealthDegraded", "warning"),
            PostedAlert.Firing("CycleSuccessFastBurn", "critical"), PostedAlert.Firing("CycleSuccessSlowBurn", "warning"),
            PostedAlert.Firing("DatabaseConnectionIssues", "critical", ("instance", "a")), PostedAlert.Firing("SlowDatabaseQueries", "warning", ("instance", "b")));
    }

    [Fact]
    public async Task Inhibited_alerts_are_not_sent()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await using var alertmanager = await AlertmanagerFiles.StartAsync(_folder, gateway.Address);
        await alertmanager.TellAsync(PostedAlert.Firing("HostDown", "critical", ("host", "m1")));
        await Eventually.HoldsAsync("HostDown at GET /alerts", async () => (await NotifiedAsync(gateway)).Count == 1);
        await alertmanager.TellAsync(PostedAlert.Firing("HighMemoryUsage", "warning", ("host", "m1")), PostedAlert.Firing("HighMemoryUsage", "warning", ("host", "m2")));

        // Both are in one group, so a notification of the first would arrive with that of the second.
        await Eventually.HoldsAsync("the other host's alert at GET /alerts", async () => (await NotifiedAsync(gateway)).Contains("HighMemoryUsage m2"));
        Assert.Equal(["HighMemoryUsage m2", "HostDown m1"], await NotifiedAsync(gateway));
    }

    private static async Task<IReadOnlyList<string>> NotifiedAsync(GatewayUnderTest gateway) =>
    [
        .. (await gateway.GetAsync("/alerts")).Json.GetProperty("alerts").EnumerateArray()
            .Select(alert => $"{alert.GetProperty("name").GetString()} {alert.GetProperty("labels").GetProperty("host").GetString()}")
            .Order(StringComparer.Ordinal),
    ];

    private async Task AssertInhibitedAsync(string[] inhibited, string[] active, params PostedAlert[] alerts)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await using var alertmanager = await AlertmanagerFiles.StartAsync(_folder, gateway.Address);
        await alertmanager.TellAsync(alerts);
        await Eventually.HoldsAsync("every alert to be processed", async () =>
            (await alertmanager.AlertsAsync("active")).Count + (await alertmanager.AlertsAsync("suppressed")).Count == alerts.Length);
        await Eventually.GivesAsync(
            "the inhibited alerts",
            async () => (await alertmanager.AlertsAsync("suppressed")).SequenceEqual(inhibited) ? inhibited : null,
            TimeSpan.FromSeconds(30),
            () => $" ({string.Join(", ", inhibited)})");
        Assert.Equal(active, await alertmanager.AlertsAsync("active"));
    }
}
