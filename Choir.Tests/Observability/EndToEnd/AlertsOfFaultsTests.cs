using System.Net.Http.Json;
using System.Text.Json;
using Choir.Tests.Integration.EndToEnd;
using Choir.Tests.Support;

namespace Choir.Tests.Observability.EndToEnd;

/// <summary>Notifications when a part of Choir fails and when it recovers.</summary>
[Collection(DisturbedChoir.Name)]
public sealed class AlertsOfFaultsTests(WatchedChoir watched)
{
    [Fact]
    public async Task A_stopped_database_fires_alerts_until_it_responds()
    {
        SkipUnlessPossible();
        using var gateway = await watched.GatewayAsync();
        using (Processes.Freeze(await watched.Choir.ProcessOfAsync("postgres")))
        {
            var health = await watched.NotifiedAsync("firing", "HealthDegraded", "component", "database");
            Assert.Equal("HealthDegraded", Group(health, "alertname"));
            AssertExplains(health);
            AssertExplains(await watched.NotifiedAsync("firing", "DatabaseConnectionIssues", "severity", "critical"));
        }

        await watched.NotifiedAsync("resolved", "HealthDegraded", "component", "database");
        await watched.NotifiedAsync("resolved", "DatabaseConnectionIssues", "severity", "critical");
    }

    [Fact]
    public async Task A_stopped_Ethereum_node_fires_an_alert_until_it_responds()
    {
        SkipUnlessPossible();
        using var gateway = await watched.GatewayAsync();
        using (Processes.Freeze(await watched.Choir.ProcessOfAsync("ethereum")))
        {
            AssertExplains(await watched.NotifiedAsync("firing", "ChainUnavailable", "component", "blockchain"));
        }

        await watched.NotifiedAsync("resolved", "ChainUnavailable", "component", "blockchain");
    }

    [Fact]
    public async Task A_flooded_actor_fires_an_alert_for_its_type_until_its_queue_is_short()
    {
        const int Senders = 150;
        SkipUnlessPossible();
        using var gateway = await watched.GatewayAsync();
        var thread = await RunningChoir.CreateThreadAsync(gateway);
        using var flood = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var senders = Enumerable.Range(0, Senders).Select(_ => SendAsync()).ToList();
        JsonElement notification;
        try
        {
            notification = await watched.NotifiedAsync("firing", "MessageQueueGrowing", "actor_type", "ThreadActor");
        }
        finally
        {
            await flood.CancelAsync();
            await Task.WhenAll(senders);
        }

        Assert.Equal("MessageQueueGrowing", Group(notification, "alertname"));
        Assert.Equal("ThreadActor", Group(notification, "actor_type"));
        AssertExplains(notification);
        await watched.NotifiedAsync("resolved", "MessageQueueGrowing", "actor_type", "ThreadActor");

        async Task SendAsync()
        {
            try
            {
                while (!flood.IsCancellationRequested)
                {
                    using var response = await gateway.PostAsJsonAsync(
                        new Uri($"/threads/{thread}/inputs", UriKind.Relative), new { content = "Rain." }, flood.Token);
                }
            }
            catch (OperationCanceledException)
            {
                // The flood has ended.
            }
        }
    }

    private static void SkipUnlessPossible()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        Assert.SkipUnless(PrometheusServer.IsInstalled(), PrometheusServer.Need);
        AlertmanagerServer.SkipUnlessInstalled();
    }

    private static string? Group(JsonElement notification, string label) =>
        notification.GetProperty("groupLabels").GetProperty(label).GetString();

    private static void AssertExplains(JsonElement notification)
    {
        var alert = notification.GetProperty("alerts")[0];
        var annotations = alert.GetProperty("annotations");
        Assert.NotEmpty(annotations.GetProperty("summary").GetString()!);
        Assert.NotEmpty(annotations.GetProperty("description").GetString()!);
        Assert.EndsWith(
            $"/runbooks/{alert.GetProperty("labels").GetProperty("alertname").GetString()}",
            annotations.GetProperty("runbook_url").GetString(), StringComparison.Ordinal);
    }
}
