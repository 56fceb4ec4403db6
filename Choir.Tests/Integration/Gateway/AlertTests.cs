using System.Text.Json;
using Choir.Gateway;
using Choir.Gateway.Alerts;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Integration.Gateway;

public sealed class AlertTests : IAsyncLifetime
{
    private const string Began = "2026-11-24T08:00:00Z";

    private GatewayUnderTest _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Firing_alerts_are_listed_with_all_fields_newest_first()
    {
        Assert.Equal(204, (await PostAsync(Alert("Old", "2026-11-24T08:00:00Z"), Alert("New", "2026-11-24T09:00:00Z"))).Status);
        var answer = await _gateway.GetAsync("/alerts");
        var alerts = answer.Json.GetProperty("alerts").EnumerateArray().ToList();
        Assert.Equal(["New", "Old"], alerts.Select(alert => alert.GetProperty("name").GetString()));
        var alert = alerts[1];
        Assert.Equal("warning", alert.GetProperty("severity").GetString());
        Assert.Equal("m1", alert.GetProperty("labels").GetProperty("host").GetString());
        Assert.Equal("It is so", alert.GetProperty("annotations").GetProperty("summary").GetString());
        Assert.Equal(DateTimeOffset.Parse("2026-11-24T08:00:00Z", null), alert.GetProperty("startsAt").GetDateTimeOffset());
        Assert.Equal("default", alert.GetProperty("receiver").GetString());
        Assert.Equal("Old", alert.GetProperty("group").GetProperty("alertname").GetString());
        Assert.Equal("http://prometheus/graph", alert.GetProperty("generatorUrl").GetString());
        Assert.Equal(answer.Json.GetProperty("lastNotificationAt").GetDateTimeOffset(), alert.GetProperty("since").GetDateTimeOffset());
        Assert.Equal(JsonValueKind.Null, answer.Json.GetProperty("watchdogSeenAt").ValueKind);
        Assert.Equal(("webhook", JsonValueKind.Null), (answer.Text("source"), answer.Json.GetProperty("problem").ValueKind));
        Assert.Equal(alert.GetProperty("lastHeardAt").GetDateTimeOffset(), alert.GetProperty("asOf").GetDateTimeOffset());
        Assert.InRange(alert.GetProperty("ageSeconds").GetInt64(), 0, 60);
    }

    [Fact]
    public async Task Each_alert_is_logged_when_it_starts_and_ends_but_not_when_it_is_repeated()
    {
        await PostAsync(Alert("A"));
        await PostAsync(Alert("A"));
        await PostAsync(Alert("A", status: "resolved"));
        await PostAsync(Alert("A", status: "resolved"));
        var records = _gateway.Logs.Records.Where(record => record.Event?.StartsWith("alert_", StringComparison.Ordinal) == true).ToList();
        Assert.Equal(["alert_firing", "alert_resolved"], records.Select(record => record.Event));
        Assert.Equal(("A", "warning", "It is so"), (records[0].Fields["alert_name"], records[0].Fields["severity"], records[0].Fields["summary"]));
        Assert.Empty((await _gateway.GetAsync("/alerts")).Json.GetProperty("alerts").EnumerateArray());
    }

    [Fact]
    public async Task The_watchdog_is_not_listed_but_its_time_is_shown()
    {
        await PostAsync(Alert("Watchdog"));
        var answer = await _gateway.GetAsync("/alerts");
        Assert.Empty(answer.Json.GetProperty("alerts").EnumerateArray());
        Assert.Equal(answer.Json.GetProperty("lastNotificationAt").GetDateTimeOffset(), answer.Json.GetProperty("watchdogSeenAt").GetDateTimeOffset());
        Assert.DoesNotContain(_gateway.Logs.Records, record => record.Event == "alert_firing");
    }

    [Fact]
    public async Task A_late_resolved_notification_does_not_end_an_alert_that_started_again()
    {
        await PostAsync(Alert("A", "2026-11-24T09:00:00Z"));
        await PostAsync(Alert("A", "2026-11-24T08:00:00Z", "resolved", endsAt: "2026-11-24T08:30:00Z"));
        Assert.Single((await _gateway.GetAsync("/alerts")).Json.GetProperty("alerts").EnumerateArray());
    }

    [Fact]
    public async Task Truncated_alerts_are_logged()
    {
        await _gateway.PostAsync("/alerts", Notification([Alert("A")], truncated: 7));
        var record = Assert.Single(_gateway.Logs.Records, record => record.Event == "alerts_truncated");
        Assert.Equal(7L, record.Fields["truncated"]);
    }

    [Theory]
    [InlineData("", "body is empty")]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("""{"version":"4","status":"firing","alerts":[]}""", "must have 'receiver'")]
    [InlineData("""{"version":"3","receiver":"r","status":"firing","alerts":[]}""", "\"version\" must be \"4\"")]
    [InlineData("""{"version":"4","receiver":"r","status":"odd","alerts":[]}""", "\"status\" must be")]
    [InlineData("""{"version":"4","receiver":"r","status":"firing","alerts":[]}""", "\"alerts\" is empty")]
    [InlineData("""{"version":"4","receiver":"r","status":"firing","alerts":[{"status":"firing","labels":{},"startsAt":"2026-11-24T08:00:00Z"}]}""", "must contain \"alertname\"")]
    [InlineData("""{"version":"4","receiver":"r","status":"firing","alerts":[{"status":"odd","labels":{"alertname":"a"},"startsAt":"2026-11-24T08:00:00Z"}]}""", "alerts[0].status")]
    [InlineData("""{"version":"4","receiver":"r","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"a"},"startsAt":"soon"}]}""", "alerts[0].startsAt")]
    [InlineData("""{"version":"4","receiver":"r","status":"firing","alerts":null}""", "\"alerts\" must not be null")]
    [InlineData("""{"version":"4","receiver":"r","status":"firing","alerts":[null]}""", "\"alerts[0]\" must be an object")]
    [InlineData("""{"version":"4","receiver":"r","status":"firing","alerts":[{"status":"firing","labels":null,"startsAt":"2026-11-24T08:00:00Z"}]}""", "labels")]
    [InlineData("""{"version":"4","receiver":"r","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"a","b":null},"startsAt":"2026-11-24T08:00:00Z"}]}""", "\"alerts[0].labels.b\" must be a text")]
    [InlineData("""{"version":"4","receiver":"r","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"a"},"annotations":{"summary":null},"startsAt":"2026-11-24T08:00:00Z"}]}""", "\"alerts[0].annotations.summary\" must be a text")]
    [InlineData("""{"version":"4","receiver":"r","status":"firing","groupLabels":{"a":null},"alerts":[{"status":"firing","labels":{"alertname":"a"},"startsAt":"2026-11-24T08:00:00Z"}]}""", "\"groupLabels.a\" must be a text")]
    [InlineData("""{"version":"4","receiver":"r","status":"firing","alerts":[{"status":"firing","labels":{"alertname":["a"]},"startsAt":"2026-11-24T08:00:00Z"}]}""", "alerts[0].labels")]
    [InlineData("""{"version":"4","receiver":"r","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"\ud800"},"startsAt":"2026-11-24T08:00:00Z"}]}""", "not valid")]
    [InlineData("""{"version":"4","receiver":"r","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"a","\udc00":"b"},"startsAt":"2026-11-24T08:00:00Z"}]}""", "not valid")]
    public async Task An_invalid_notification_is_answered_with_400_and_the_reason(string body, string detail)
    {
        foreach (var path in (string[])["/alerts", "/alerts/relay/teams", "/alerts/relay/sms"])
        {
            (await _gateway.PostAsync(path, body)).AssertProblem(400, "invalid_request", detail);
        }

        Assert.Equal(JsonValueKind.Null, (await _gateway.GetAsync("/alerts")).Json.GetProperty("lastNotificationAt").ValueKind);
    }

    [Fact]
    public async Task A_huge_notification_is_answered_with_413() =>
        (await _gateway.PostAsync("/alerts", Notification([Alert(new string('a', 3 << 20))]))).AssertProblem(413, "payload_too_large", "2097152 bytes");

    [Fact]
    public async Task Alerts_need_the_key()
    {
        _gateway.Http.DefaultRequestHeaders.Authorization = null;
        foreach (var path in (string[])["/alerts", "/alerts/relay/teams", "/alerts/relay/sms"])
        {
            (await _gateway.PostAsync(path, Notification([Alert("A")]))).AssertProblem(401, "unauthorized", "API key");
        }

        (await _gateway.GetAsync("/alerts")).AssertProblem(401, "unauthorized", "API key");
    }

    [Fact]
    public async Task Ten_thousand_alerts_in_one_notification_are_taken_and_limited_in_number_and_records()
    {
        var alerts = Enumerable.Range(0, 10_000).Select(index =>
            $$"""{"status":"firing","labels":{"alertname":"A{{index}}\u0000"},"annotations":{"summary":"\u0000"},"startsAt":"{{Began}}"}""");
        Assert.Equal(204, (await PostAsync([.. alerts])).Status);
        var answer = await _gateway.GetAsync("/alerts");
        Assert.Equal((200, 1_000), (answer.Status, answer.Json.GetProperty("alerts").GetArrayLength()));
        Assert.Equal(9_000, answer.Json.GetProperty("forgotten").GetInt64());
        Assert.InRange(_gateway.Logs.Records.Count(record => record.Event == "alert_firing"), 1, 1_000);
    }

    [Fact]
    public async Task An_alert_of_almost_two_megabytes_is_kept_and_logged_cut()
    {
        Assert.Equal(204, (await PostAsync(Alert("A", summary: new string('s', 1_900_000)))).Status);
        Assert.InRange((await _gateway.GetAsync("/alerts")).Body.Length, 1, 10_000);
        var record = Assert.Single(_gateway.Logs.Records, record => record.Event == "alert_firing");
        Assert.InRange(record.Fields["summary"]!.ToString()!.Length, 1, AlertTexts.MaxLabel + 1);
    }

    [Fact]
    public void Above_the_limit_the_least_recently_reported_alerts_are_dropped()
    {
        var (board, time) = Board(new GatewayOptions { MaxAlerts = 10 });
        for (var index = 0; index < 10; index++)
        {
            board.Take(Told($"A{index}"));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        board.Take(Told("A0"));
        time.Advance(TimeSpan.FromSeconds(1));
        board.Take(Told("A10"));
        var kept = board.Read();
        Assert.Equal(10, kept.Alerts.Count);
        Assert.Equal(1, kept.Forgotten);
        Assert.DoesNotContain(kept.Alerts.Values, alert => alert.Name == "A1");
        Assert.Contains(kept.Alerts.Values, alert => alert.Name == "A0");
    }

    [Fact]
    public void The_memory_of_alerts_is_limited_in_bytes_and_long_texts_are_cut()
    {
        var (board, _) = Board(new GatewayOptions { MaxAlerts = 10_000 });
        for (var index = 0; index < 3_000; index++)
        {
            board.Take(Told($"A{index}", new string('x', 40_000)));
        }

        var kept = board.Read();
        Assert.InRange(kept.Alerts.Count, 1_000, AlertBoard.MaxBytes / AlertTexts.MaxAnnotation / 2);
        Assert.Equal(3_000, kept.Alerts.Count + kept.Forgotten);
        Assert.All(kept.Alerts.Values, alert => Assert.Equal(AlertTexts.MaxAnnotation + 1, alert.Annotations["summary"].Length));
        Assert.Contains(kept.Alerts.Values, alert => alert.Name == "A2999");
    }

    [Fact]
    public void Alerts_that_differ_only_in_the_end_of_a_long_label_are_two_alerts()
    {
        var (board, _) = Board(new GatewayOptions());
        board.Take(Told(new string('a', 5_000) + "1"));
        board.Take(Told(new string('a', 5_000) + "2"));
        board.Take(Told(new string('a', 5_000) + "2"));
        Assert.Equal(2, board.Read().Alerts.Count);
    }

    [Fact]
    public void An_alert_that_is_not_repeated_is_removed_after_an_hour()
    {
        var (board, time) = Board(new GatewayOptions());
        board.Take(Told("A"));
        time.Advance(TimeSpan.FromMinutes(59));
        board.Take(Told("B"));
        Assert.Equal(2, board.Read().Alerts.Count);
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("B", Assert.Single(board.Read().Alerts.Values).Name);
    }

    private static (AlertBoard Board, FakeTimeProvider Time) Board(GatewayOptions options)
    {
        var time = new FakeTimeProvider();
        return (new AlertBoard(time, Options.Create(options), NullLogger<AlertBoard>.Instance), time);
    }

    private static AlertNotification Told(string name, string summary = "") => new(
        "4", "default", AlertNotification.Firing,
        [
            new NotifiedAlert(
                AlertNotification.Firing,
                new Dictionary<string, string> { ["alertname"] = name },
                DateTimeOffset.UnixEpoch,
                Annotations: new Dictionary<string, string> { ["summary"] = summary }),
        ]);

    private Task<Answer> PostAsync(params string[] alerts) => _gateway.PostAsync("/alerts", Notification(alerts));

    /// <summary>A notification of Alertmanager 0.25, including unused fields.</summary>
    internal static string Notification(string[] alerts, long truncated = 0) => $$$"""
        {
          "receiver": "default", "status": "firing", "alerts": [{{{string.Join(',', alerts)}}}], "groupLabels": {"alertname": "Old"},
          "commonLabels": {}, "commonAnnotations": {}, "externalURL": "http://m1:9093", "version": "4",
          "groupKey": "{}/{}:{alertname=\"Old\"}", "truncatedAlerts": {{{truncated}}}
        }
        """;

    internal static string Alert(string name, string startsAt = Began, string status = "firing", string endsAt = "0001-01-01T00:00:00Z", string summary = "It is so") => $$"""
        {
          "status": "{{status}}", "labels": {"alertname": "{{name}}", "severity": "warning", "host": "m1"},
          "annotations": {"summary": "{{summary}}", "description": "What it is", "runbook_url": "http://localhost:5080/runbooks/{{name}}"},
          "startsAt": "{{startsAt}}", "endsAt": "{{(status == "resolved" && endsAt.StartsWith("0001", StringComparison.Ordinal) ? "2026-11-24T10:00:00Z" : endsAt)}}",
          "generatorURL": "http://prometheus/graph", "fingerprint": "7cd24d0a3f5e0d5a"
        }
        """;
}
