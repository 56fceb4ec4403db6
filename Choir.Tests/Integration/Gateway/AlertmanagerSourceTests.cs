using System.Text.Json;
using Choir.Gateway.Alerts;
using Choir.Tests.Observability.Alerting;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Integration.Gateway;

/// <summary><c>GET /alerts</c> asks Alertmanager.</summary>
public sealed class AlertmanagerSourceTests : IDisposable
{
    private static readonly Uri NoGateway = new("http://127.0.0.1:9");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Alerts_are_listed_while_they_fire_without_waiting_for_a_notification()
    {
        await using var alertmanager = await AlertmanagerFiles.StartAsync(_folder, NoGateway);
        await using var gateway = await GatewayUnderTest.StartAsync(settings: $"Gateway:Alerts:AlertmanagerUrl={alertmanager.Url}");
        var alert = PostedAlert.Firing("HostDown", "critical", ("host", "m1"));
        await alertmanager.TellAsync(alert, PostedAlert.Firing("HighMemoryUsage", "warning", ("host", "m1")), PostedAlert.Firing("Watchdog", "info"));
        var answer = await Eventually.GivesAsync("the alert that is not inhibited", async () =>
            await gateway.GetAsync("/alerts") is var list && Names(list) is ["HostDown"] ? list : null);

        Assert.Equal("alertmanager", answer.Text("source"));
        var shown = answer.Json.GetProperty("alerts")[0];
        Assert.Equal("HostDown & <more>", shown.GetProperty("annotations").GetProperty("summary").GetString());
        Assert.Equal("default", shown.GetProperty("receiver").GetString());
        Assert.Equal(JsonValueKind.Null, shown.GetProperty("lastHeardAt").ValueKind);
        Assert.InRange(shown.GetProperty("ageSeconds").GetInt64(), 0, 60);
        Assert.NotEqual(JsonValueKind.Null, answer.Json.GetProperty("watchdogSeenAt").ValueKind);

        await alertmanager.TellAsync(alert.Resolved());
        await Eventually.HoldsAsync("the alert to be gone", async () => !Names(await gateway.GetAsync("/alerts")).Contains("HostDown"));
    }

    [Theory]
    [InlineData("[]", 503, "it answered 503")]
    [InlineData("<html>", 200, "not what Alertmanager's API answers")]
    [InlineData("{}", 200, "not what Alertmanager's API answers")]
    [InlineData("""[{"labels":{"alertname":"\ud800"},"startsAt":"2026-11-24T08:00:00Z","updatedAt":"2026-11-24T08:00:00Z"}]""", 200, "not what Alertmanager's API answers")]
    [InlineData("huge", 200, "larger than 4 MiB")]
    [InlineData("reset", 0, "could not be reached")]
    [InlineData("silent", 0, "did not answer within 0.1 s")]
    public async Task Without_an_answer_of_Alertmanager_the_reported_alerts_are_listed_with_the_reason(string body, int status, string reason)
    {
        await using var alertmanager = await HostileReceiver.StartAsync(status == 0 ? 200 : status);
        alertmanager.Body = body == "huge" ? new string(' ', 5 << 20) : body;
        if (body == "reset")
        {
            alertmanager.Reset();
        }
        else if (body == "silent")
        {
            alertmanager.Hold();
        }

        await using var gateway = await GatewayUnderTest.StartAsync(
            settings: [$"Gateway:Alerts:AlertmanagerUrl={alertmanager.Url}", .. body == "silent" ? ["Gateway:Alerts:AlertmanagerTimeout=00:00:00.1"] : (string[])[]]);
        await gateway.PostAsync("/alerts", AlertTests.Notification([AlertTests.Alert("A")]));
        var answer = await gateway.GetAsync("/alerts");
        Assert.Equal((200, "webhook"), (answer.Status, answer.Text("source")));
        Assert.Contains(reason, answer.Text("problem"), StringComparison.Ordinal);
        Assert.Equal(["A"], Names(answer));
    }

    [Fact]
    public async Task Odd_items_of_the_answer_are_left_out_and_one_request_serves_many_callers()
    {
        await using var alertmanager = await HostileReceiver.StartAsync();
        alertmanager.Body = """
            [null, {"labels":{"alertname":"A"},"startsAt":"2026-11-24T08:00:00Z","updatedAt":"2026-11-24T08:00:00Z","fingerprint":"x"},
             {"labels":{"alertname":"B","c":null},"startsAt":"2026-11-24T08:00:00Z","updatedAt":"2026-11-24T08:00:00Z"},
             {"labels":{},"startsAt":"2026-11-24T08:00:00Z","updatedAt":"2026-11-24T08:00:00Z"}]
            """;
        alertmanager.Hold();
        var time = new FakeTimeProvider();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(time);
        services.Configure<AlertOptions>(options => options.AlertmanagerUrl = alertmanager.Url + "/");
        AlertmanagerSource.Add(services);
        await using var provider = services.BuildServiceProvider();
        var source = provider.GetRequiredService<AlertmanagerSource>();

        var asking = Enumerable.Range(0, 10).Select(_ => source.AskAsync(TestContext.Current.CancellationToken)).ToList();
        alertmanager.Release();
        Assert.All(await Task.WhenAll(asking), answer => Assert.Equal(["A", null], answer.Alerts!.Select(alert => alert.Labels.GetValueOrDefault("alertname"))));
        await source.AskAsync(TestContext.Current.CancellationToken);
        Assert.Equal("/api/v2/alerts?active=true&silenced=false&inhibited=false", Assert.Single(alertmanager.Requests).Path);

        time.Advance(TimeSpan.FromSeconds(1));
        await source.AskAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, alertmanager.Requests.Count);
    }

    [Fact]
    public async Task Above_the_limit_the_most_recently_started_alerts_are_listed_and_the_others_counted()
    {
        await using var alertmanager = await HostileReceiver.StartAsync();
        alertmanager.Body = $"[{string.Join(',', Enumerable.Range(0, 12).Select(hour => $$"""
            {"labels":{"alertname":"A{{hour}}"},"startsAt":"2026-11-24T{{hour:00}}:00:00Z","updatedAt":"2026-11-24T12:00:00Z"}
            """))}]";
        await using var gateway = await GatewayUnderTest.StartAsync(
            settings: [$"Gateway:Alerts:AlertmanagerUrl={alertmanager.Url}", "Gateway:MaxAlerts=10"]);
        var answer = await gateway.GetAsync("/alerts");
        Assert.Equal(Enumerable.Range(2, 10).Reverse().Select(hour => $"A{hour}"), Names(answer));
        Assert.Equal(2, answer.Json.GetProperty("forgotten").GetInt32());
    }

    private static string[] Names(Answer answer) =>
        [.. answer.Json.GetProperty("alerts").EnumerateArray().Select(alert => alert.GetProperty("name").GetString()!)];
}
