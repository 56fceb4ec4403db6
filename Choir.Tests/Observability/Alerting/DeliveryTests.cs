using System.Text;
using Choir.AppHost.Observability;
using Choir.Tests.Integration.Gateway;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;

namespace Choir.Tests.Observability.Alerting;

/// <summary>Alertmanager notifies each channel when an alert fires and when it is resolved, in the channel's format.</summary>
public sealed class DeliveryTests : IDisposable
{
    private static readonly Uri NoGateway = new("http://127.0.0.1:9");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Choir_is_notified_of_every_alert_and_its_end()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await using var alertmanager = await AlertmanagerFiles.StartAsync(_folder, gateway.Address);
        var alert = PostedAlert.Firing("MessageQueueGrowing", "warning", ("actor_type", "ThreadActor"));
        await alertmanager.TellAsync(alert, PostedAlert.Firing("Watchdog", "info"));
        var told = await Eventually.GivesAsync("the alert and the watchdog at GET /alerts", async () =>
        {
            var answer = await gateway.GetAsync("/alerts");
            return answer.Json.GetProperty("alerts").GetArrayLength() > 0 && answer.Json.TryGetProperty("watchdogSeenAt", out var seen)
                && seen.ValueKind != System.Text.Json.JsonValueKind.Null ? answer : null;
        });
        var shown = told.Json.GetProperty("alerts").EnumerateArray().Single();
        Assert.Equal("MessageQueueGrowing", shown.GetProperty("name").GetString());
        Assert.Equal("default", shown.GetProperty("receiver").GetString());
        Assert.Equal("ThreadActor", shown.GetProperty("group").GetProperty("actor_type").GetString());
        Assert.Equal("MessageQueueGrowing & <more>", shown.GetProperty("annotations").GetProperty("summary").GetString());

        await alertmanager.TellAsync(alert.Resolved());
        await Eventually.HoldsAsync("no alert at GET /alerts", async () =>
            (await gateway.GetAsync("/alerts")).Json.GetProperty("alerts").GetArrayLength() == 0);
        Assert.Equal(
            ["alert_firing", "alert_resolved"],
            gateway.Logs.Records.Select(record => record.Event).Where(name => name?.StartsWith("alert_", StringComparison.Ordinal) == true));
    }

    [Fact]
    public async Task PagerDuty_gets_a_trigger_event_and_a_resolve_event()
    {
        await using var channel = await HostileReceiver.StartAsync(202);
        var file = _folder.File("key");
        await File.WriteAllTextAsync(file, "the-routing-key\n", TestContext.Current.CancellationToken);
        await using var alertmanager = await AlertmanagerFiles.StartAsync(
            _folder, NoGateway, ("PagerDuty:RoutingKeyFile", file), ("PagerDuty:Url", channel.Url + "/v2/enqueue"));
        var alert = PostedAlert.Firing("OutboxStuck", "critical");
        await alertmanager.TellAsync(alert);
        var trigger = await channel.GetsAsync("an event that triggers", Is("trigger"));
        Assert.Equal(("POST", "/v2/enqueue"), (trigger.Method, trigger.Path));
        Assert.Equal("the-routing-key", trigger.Json.GetProperty("routing_key").GetString());
        var payload = trigger.Json.GetProperty("payload");
        Assert.Equal("critical", payload.GetProperty("severity").GetString());
        Assert.Equal("OutboxStuck", payload.GetProperty("class").GetString());
        Assert.Equal("OutboxStuck: OutboxStuck & <more>", payload.GetProperty("summary").GetString());
        Assert.Equal("http://localhost:5080/runbooks/OutboxStuck", payload.GetProperty("custom_details").GetProperty("runbook").GetString());

        await alertmanager.TellAsync(alert.Resolved());
        var resolve = await channel.GetsAsync("an event that resolves", Is("resolve"));
        Assert.Equal(trigger.Json.GetProperty("dedup_key").GetString(), resolve.Json.GetProperty("dedup_key").GetString());

        static Func<SentRequest, bool> Is(string action) => request => request.Json.GetProperty("event_action").GetString() == action;
    }

    [Fact]
    public async Task OpsGenie_gets_an_alert_and_its_close()
    {
        await using var channel = await HostileReceiver.StartAsync(202);
        await using var alertmanager = await AlertmanagerFiles.StartAsync(
            _folder, NoGateway, ("OpsGenie:ApiKey", "the-api-key"), ("OpsGenie:ApiUrl", channel.Url + "/"));
        var alert = PostedAlert.Firing("OutboxStuck", "critical");
        await alertmanager.TellAsync(alert);
        var create = await channel.GetsAsync("an alert that is made", request => request.Path == "/v2/alerts");
        Assert.Equal("GenieKey the-api-key", create.Headers["Authorization"]);
        Assert.Equal("OutboxStuck: OutboxStuck & <more>", create.Json.GetProperty("message").GetString());
        Assert.Equal("P1", create.Json.GetProperty("priority").GetString());
        Assert.Equal(["choir", "critical"], create.Json.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal("http://localhost:5080/runbooks/OutboxStuck", create.Json.GetProperty("details").GetProperty("runbook").GetString());

        await alertmanager.TellAsync(alert.Resolved());
        var close = await channel.GetsAsync("its close", request => request.Path.Contains("/close?", StringComparison.Ordinal));
        Assert.StartsWith($"/v2/alerts/{create.Json.GetProperty("alias").GetString()}/close?", close.Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slack_gets_a_message_with_the_colour_of_the_status()
    {
        await using var channel = await HostileReceiver.StartAsync();
        await using var alertmanager = await AlertmanagerFiles.StartAsync(
            _folder, NoGateway, ("Slack:WebhookUrl", channel.Url + "/services/T/B/secret"), ("Slack:Channel", "#alerts"));
        var alert = PostedAlert.Firing("SlowDatabaseQueries", "warning");
        await alertmanager.TellAsync(alert);
        var firing = await channel.GetsAsync("a message that it fires", Is("danger"));
        Assert.Equal("/services/T/B/secret", firing.Path);
        Assert.Equal("#alerts", firing.Json.GetProperty("channel").GetString());
        var attachment = firing.Json.GetProperty("attachments")[0];
        Assert.Equal("[FIRING:1] SlowDatabaseQueries", attachment.GetProperty("title").GetString());
        Assert.Equal("http://localhost:5080/runbooks/SlowDatabaseQueries", attachment.GetProperty("title_link").GetString());
        Assert.Equal(
            "SlowDatabaseQueries &amp; &lt;more>: What SlowDatabaseQueries is about", attachment.GetProperty("text").GetString()!.Trim());

        await alertmanager.TellAsync(alert.Resolved());
        var resolved = await channel.GetsAsync("a message that it is over", Is("good"));
        Assert.Equal("[RESOLVED] SlowDatabaseQueries", resolved.Json.GetProperty("attachments")[0].GetProperty("title").GetString());

        static Func<SentRequest, bool> Is(string color) => request => request.Json.GetProperty("attachments")[0].GetProperty("color").GetString() == color;
    }

    [Fact]
    public async Task Teams_gets_an_adaptive_card_through_the_relay()
    {
        await using var channel = await HostileReceiver.StartAsync(202);
        (string, string)[] settings = [("Teams:WebhookUrl", channel.Url + "/workflows/1?sig=secret")];
        await using var gateway = await GatewayWithAsync(settings);
        await using var alertmanager = await AlertmanagerFiles.StartAsync(_folder, gateway.Address, settings);
        var alert = PostedAlert.Firing("HotActor", "warning");
        await alertmanager.TellAsync(alert);
        var firing = await channel.GetsAsync("a card that it fires", Says("FIRING: 1"));
        Assert.Equal("/workflows/1?sig=secret", firing.Path);
        Assert.Equal("message", firing.Json.GetProperty("type").GetString());
        var attachment = firing.Json.GetProperty("attachments")[0];
        Assert.Equal("application/vnd.microsoft.card.adaptive", attachment.GetProperty("contentType").GetString());
        var card = attachment.GetProperty("content");
        Assert.Equal("AdaptiveCard", card.GetProperty("type").GetString());
        Assert.Contains("HotActor (warning): HotActor & <more>", firing.Body, StringComparison.Ordinal);
        Assert.Equal("http://localhost:5080/runbooks/HotActor", card.GetProperty("actions")[0].GetProperty("url").GetString());

        await alertmanager.TellAsync(alert.Resolved());
        await channel.GetsAsync("a card that it is over", Says("RESOLVED"));

        static Func<SentRequest, bool> Says(string text) => request => request.Body.Contains($"\"{text}\"", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_number_gets_a_text_message_through_the_relay()
    {
        await using var channel = await HostileReceiver.StartAsync(201);
        (string, string)[] settings =
        [
            ("Sms:AccountSid", "AC1"), ("Sms:AuthToken", "token"), ("Sms:From", "+15550001"), ("Sms:To", "+15550002, +15550003"),
            ("Sms:BaseUrl", channel.Url),
        ];
        await using var gateway = await GatewayWithAsync(settings);
        await using var alertmanager = await AlertmanagerFiles.StartAsync(_folder, gateway.Address, settings);
        var alert = PostedAlert.Firing("HostDown", "critical", ("host", "m1"));
        await alertmanager.TellAsync(alert);
        foreach (var number in (string[])["+15550002", "+15550003"])
        {
            var message = await channel.GetsAsync("a message that it fires", request => request.Form["To"] == number);
            Assert.Equal("/2010-04-01/Accounts/AC1/Messages.json", message.Path);
            Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("AC1:token")), message.Headers["Authorization"]);
            Assert.Equal("+15550001", message.Form["From"]);
            Assert.Equal("FIRING HostDown (critical): HostDown & <more> http://localhost:5080/runbooks/HostDown", message.Form["Body"]);
        }

        await alertmanager.TellAsync(alert.Resolved());
        await channel.GetsAsync("a message that it is over", request => request.Form["Body"].StartsWith("RESOLVED HostDown", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mail_is_sent_with_the_password_from_a_file()
    {
        await using var channel = new MailServer();
        await using var alertmanager = await AlertmanagerFiles.StartAsync(
            _folder, NoGateway, ("Email:To", "team@example.com"), ("Email:From", "choir@example.com"), ("Email:Smarthost", channel.Address),
            ("Email:Username", "choir"), ("Email:Password", "the-password"), ("Email:RequireTls", "false"));
        var alert = PostedAlert.Firing("GasSpike", "info");
        await alertmanager.TellAsync(alert);
        var firing = await channel.GetsAsync("a mail that it fires", mail => mail.Subject.StartsWith("[FIRING] GasSpike", StringComparison.Ordinal));
        Assert.Equal("|choir|the-password", firing.User);
        Assert.Contains("<choir@example.com>", firing.From, StringComparison.Ordinal);
        Assert.Contains("<team@example.com>", firing.To, StringComparison.Ordinal);
        Assert.Contains("What GasSpike is about", firing.Text, StringComparison.Ordinal);

        await alertmanager.TellAsync(alert.Resolved());
        await channel.GetsAsync("a mail that it is over", mail => mail.Subject.StartsWith("[RESOLVED] GasSpike", StringComparison.Ordinal));
    }

    /// <summary>A gateway with the settings that it gets from the AppHost.</summary>
    private static Task<GatewayUnderTest> GatewayWithAsync((string, string)[] settings) => GatewayUnderTest.StartAsync(
        settings: [.. AlertmanagerChannels.Read(AlertmanagerFiles.Settings(settings))
            .SelectMany(channel => channel.GatewayEnvironment)
            .Select(variable => $"{variable.Name.Replace("__", ":", StringComparison.Ordinal)}={variable.Value}")]);
}
