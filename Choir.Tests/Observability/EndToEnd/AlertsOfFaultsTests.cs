using System.Net.Http.Json;
using System.Text.Json;
using Choir.Tests.Integration.EndToEnd;
using Choir.Tests.Support;

namespace Choir.Tests.Observability.EndToEnd;

/// <summary>What on-call engineers hear when a part of Choir breaks, and when it is well again.</summary>
[Collection(DisturbedChoir.Name)]
public sealed class AlertsOfFaultsTests(WatchedChoir watched)
{
    [Fact]
    public async Task A_database_that_stops_is_told_of_until_it_answers_again()
    {
        SkipUnlessPossible();
        using var gateway = await watched.GatewayAsync();
        using (Processes.Freeze(await watched.Choir.ProcessOfAsync("postgres")))
        {
            var health = await watched.IsToldAsync("firing", "HealthDegraded", "component", "database");
            Assert.Equal("HealthDegraded", Group(health, "alertname"));
            AssertExplains(health);
            AssertExplains(await watched.IsToldAsync("firing", "DatabaseConnectionIssues", "severity", "critical"));
        }

        await watched.IsToldAsync("resolved", "HealthDegraded", "component", "database");
        await watched.IsToldAsync("resolved", "DatabaseConnectionIssues", "severity", "critical");
    }

    [Fact]
    public async Task A_node_that_stops_is_told_of_until_it_answers_again()
    {
        SkipUnlessPossible();
        using var gateway = await watched.GatewayAsync();
        using (Processes.Freeze(await watched.Choir.ProcessOfAsync("ethereum")))
        {
            AssertExplains(await watched.IsToldAsync("firing", "HealthDegraded", "component", "blockchain"));
        }

        await watched.IsToldAsync("resolved", "HealthDegraded", "component", "blockchain");
    }

    [Fact]
    public async Task An_actor_that_is_flooded_is_told_of_by_its_type_until_its_line_is_short_again()
    {
        const int Senders = 150;
        SkipUnlessPossible();
        using var gateway = await watched.GatewayAsync();
        var thread = await RunningChoir.CreateThreadAsync(gateway);
        using var flood = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var senders = Enumerable.Range(0, Senders).Select(_ => SendAsync()).ToList();
        JsonElement told;
        try
        {
            told = await watched.IsToldAsync("firing", "MessageQueueGrowing", "actor_type", "ThreadActor");
        }
        finally
        {
            await flood.CancelAsync();
            await Task.WhenAll(senders);
        }

        Assert.Equal("MessageQueueGrowing", Group(told, "alertname"));
        Assert.Equal("ThreadActor", Group(told, "actor_type"));
        AssertExplains(told);
        await watched.IsToldAsync("resolved", "MessageQueueGrowing", "actor_type", "ThreadActor");

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
                // The flood is over.
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
