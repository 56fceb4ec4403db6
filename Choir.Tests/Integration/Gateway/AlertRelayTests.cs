using System.Text;
using Choir.Gateway.Alerts.Relay;
using Choir.Tests.Observability.Alerting;
using Microsoft.Extensions.Options;

namespace Choir.Tests.Integration.Gateway;

public sealed class AlertRelayTests
{
    private static readonly string Firing = AlertTests.Notification([AlertTests.Alert("A")]);

    [Fact]
    public async Task A_channel_that_is_not_configured_is_answered_with_503_and_the_settings()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        (await gateway.PostAsync("/alerts/relay/teams", Firing)).AssertProblem(503, "channel_not_configured", "Alerting:Teams:WebhookUrl");
        (await gateway.PostAsync("/alerts/relay/sms", Firing)).AssertProblem(503, "channel_not_configured", "Alerting:Sms:AccountSid, AuthToken, From and To");
    }

    [Fact]
    public async Task A_channel_that_rejects_is_answered_with_502_without_secrets()
    {
        await using var channel = await ChannelServer.StartAsync(400);
        await using var gateway = await GatewayUnderTest.StartAsync(
            settings: [$"Alerting:Teams:WebhookUrl={channel.Url}/the-secret", .. Sms(channel.Url, "+15550002")]);
        var answers = (Teams: await gateway.PostAsync("/alerts/relay/teams", Firing), Sms: await gateway.PostAsync("/alerts/relay/sms", Firing));
        answers.Teams.AssertProblem(502, "channel_failed", "Microsoft Teams did not accept the alert: it answered 400.");
        answers.Sms.AssertProblem(502, "channel_failed", "The SMS provider did not accept the alert: it answered 400.");
        Assert.Equal(2, gateway.Logs.Records.Count(record => record.Event == "alert_relay_failed"));
        Assert.DoesNotContain(
            gateway.Logs.Records,
            record => (record.Message + string.Join(' ', record.Fields.Values)).Contains("the-secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Requests_to_a_temporarily_unavailable_channel_are_retried()
    {
        await using var channel = await ChannelServer.StartAsync(202);
        channel.Refuse(503);
        await using var gateway = await GatewayUnderTest.StartAsync(settings: $"Alerting:Teams:WebhookUrl={channel.Url}/the-secret");
        Assert.Equal(200, (await gateway.PostAsync("/alerts/relay/teams", Firing)).Status);
        Assert.Equal(2, channel.Requests.Count);
    }

    [Fact]
    public async Task One_wrong_number_does_not_cause_retries_to_the_others()
    {
        await using var channel = await ChannelServer.StartAsync(201);
        channel.Refuse(400);
        await using var gateway = await GatewayUnderTest.StartAsync(settings: Sms(channel.Url, "+15550001,+15550002"));
        var answer = await gateway.PostAsync("/alerts/relay/sms", Firing);
        Assert.Equal((200, 1, 1), (answer.Status, answer.Json.GetProperty("delivered").GetInt32(), answer.Json.GetProperty("failed").GetInt32()));
        Assert.Single(gateway.Logs.Records, record => record.Event == "alert_relay_failed");
    }

    [Fact]
    public async Task Redirects_are_not_followed()
    {
        await using var elsewhere = await ChannelServer.StartAsync();
        await using var channel = await ChannelServer.StartAsync(307);
        channel.RedirectsTo = elsewhere.Url;
        await using var gateway = await GatewayUnderTest.StartAsync(settings: $"Alerting:Teams:WebhookUrl={channel.Url}/the-secret");
        (await gateway.PostAsync("/alerts/relay/teams", Firing)).AssertProblem(502, "channel_failed", "it answered 307");
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task A_card_never_exceeds_the_size_limit_of_Teams()
    {
        await using var channel = await ChannelServer.StartAsync(202);
        await using var gateway = await GatewayUnderTest.StartAsync(settings: $"Alerting:Teams:WebhookUrl={channel.Url}/the-secret");
        var alerts = Enumerable.Range(0, 30).Select(index => AlertTests.Alert($"A{index}", summary: string.Concat(Enumerable.Repeat("😀", 5_000))));
        Assert.Equal(200, (await gateway.PostAsync("/alerts/relay/teams", AlertTests.Notification([.. alerts], truncated: 5))).Status);
        var card = Assert.Single(channel.Requests);
        Assert.InRange(Encoding.UTF8.GetByteCount(card.Body), 1, 28 << 10);
        Assert.Contains("\"25 more\"", card.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", 2_000, 459)]
    [InlineData("[]{}~", 2_000, 231)]
    [InlineData("ж", 2_000, 201)]
    [InlineData("😀", 2_000, 201)]
    public void A_text_message_has_at_most_three_parts(string text, int times, int most)
    {
        var shortened = RelayText.ForSms(string.Concat(Enumerable.Repeat(text, times)));
        Assert.InRange(shortened.Length, most - 4, most);
        Assert.EndsWith("...", shortened, StringComparison.Ordinal);
        Assert.DoesNotContain('�', Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(shortened)));
    }

    [Fact]
    public void A_short_text_message_is_not_changed() => Assert.Equal("HostDown: m1 [€]", RelayText.ForSms("HostDown: m1 [€]"));

    [Theory]
    [InlineData("Alerting:Sms:AccountSid=AC1", "Alerting:Sms:AuthToken is missing")]
    [InlineData("Alerting:Teams:WebhookUrl=nowhere", "Alerting:Teams:WebhookUrl must be an http or https URL")]
    public async Task A_gateway_with_an_incomplete_channel_does_not_start(string setting, string message)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => GatewayUnderTest.StartAsync(settings: setting));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    private static string[] Sms(string url, string numbers) =>
    [
        "Alerting:Sms:AccountSid=AC1", "Alerting:Sms:AuthToken=the-secret", "Alerting:Sms:From=Choir", $"Alerting:Sms:To={numbers}",
        $"Alerting:Sms:BaseUrl={url}",
    ];
}
