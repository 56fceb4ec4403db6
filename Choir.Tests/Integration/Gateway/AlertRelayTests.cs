using System.Text;
using Choir.Gateway.Alerts;
using Choir.Gateway.Alerts.Relay;
using Choir.Gateway.Problems;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

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
        await using var channel = await HostileReceiver.StartAsync(400);
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

    [Theory]
    [InlineData("503")]
    [InlineData("429")]
    [InlineData("reset")]
    public async Task A_request_to_a_channel_is_sent_once_for_each_request_of_Alertmanager(string failure)
    {
        await using var channel = await HostileReceiver.StartAsync(202);
        await using var gateway = await GatewayUnderTest.StartAsync(settings: $"Alerting:Teams:WebhookUrl={channel.Url}/the-secret");
        if (failure == "reset")
        {
            channel.Reset();
        }
        else
        {
            channel.Refuse(int.Parse(failure, System.Globalization.CultureInfo.InvariantCulture));
        }

        (await gateway.PostAsync("/alerts/relay/teams", Firing)).AssertProblem(502, "channel_failed", "Microsoft Teams did not accept the alert");
        Assert.Single(channel.Requests);
        Assert.Equal(200, (await gateway.PostAsync("/alerts/relay/teams", Firing)).Status);
        Assert.Equal(2, channel.Requests.Count);
    }

    [Theory]
    [InlineData("/alerts/relay/sms", 2)]
    [InlineData("/alerts/relay/teams", 1)]
    public async Task A_message_to_a_slow_channel_is_sent_once_however_often_Alertmanager_repeats_it(string path, int recipients)
    {
        await using var channel = await HostileReceiver.StartAsync(201);
        channel.Hold();
        await using var gateway = await GatewayUnderTest.StartAsync(
            settings: ["Gateway:Alerts:RelayAnswerTimeout=00:00:00.1", $"Alerting:Teams:WebhookUrl={channel.Url}", .. Sms(channel.Url, "+15550001,+15550002")]);
        (await gateway.PostAsync(path, Firing)).AssertProblem(502, "channel_failed", $"Of {recipients} recipients 0 have the message, {recipients} requests are still running");
        (await gateway.PostAsync(path, Firing)).AssertProblem(502, "channel_failed", "has not answered within 0.1 s");

        channel.Release();
        await Eventually.HoldsAsync("the repetition to succeed", async () => (await gateway.PostAsync(path, Firing)).Status == 200);
        Assert.Equal(recipients, channel.Requests.Count);

        // What is told next is another message.
        var resolved = AlertTests.Notification([AlertTests.Alert("A", status: "resolved")]);
        await Eventually.HoldsAsync("the other message to be sent", async () => (await gateway.PostAsync(path, resolved)).Status == 200);
        Assert.Equal(2 * recipients, channel.Requests.Count);
    }

    [Fact]
    public async Task No_HTTP_client_of_a_service_repeats_a_POST()
    {
        await using var channel = await HostileReceiver.StartAsync(503);
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var http = gateway.Services.GetRequiredService<IHttpClientFactory>().CreateClient("any");
        using var response = await http.PostAsync(new Uri(channel.Url), null, TestContext.Current.CancellationToken);
        Assert.Equal(503, (int)response.StatusCode);
        Assert.Single(channel.Requests);
    }

    [Fact]
    public async Task A_message_goes_on_when_its_caller_has_left()
    {
        await using var channel = await HostileReceiver.StartAsync(201);
        channel.Hold();
        await using var gateway = await GatewayUnderTest.StartAsync(settings: Sms(channel.Url, "+15550001"));
        using (var leaving = new CancellationTokenSource())
        {
            using var content = new StringContent(Firing, Encoding.UTF8, "application/json");
            var request = gateway.Http.PostAsync(new Uri("/alerts/relay/sms", UriKind.Relative), content, leaving.Token);
            await channel.GetsAsync("the message", _ => true);
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        }

        channel.Release();
        Assert.Equal(200, (await gateway.PostAsync("/alerts/relay/sms", Firing)).Status);
        Assert.Single(channel.Requests);
    }

    [Fact]
    public async Task A_repetition_is_sent_only_to_the_numbers_that_do_not_have_the_message()
    {
        await using var channel = await HostileReceiver.StartAsync(201);
        channel.Refuse(503);
        await using var gateway = await GatewayUnderTest.StartAsync(settings: Sms(channel.Url, "+15550001,+15550002,+15550002"));
        (await gateway.PostAsync("/alerts/relay/sms", Firing)).AssertProblem(502, "channel_failed", "Of 2 recipients 1 have the message");
        Assert.Equal(200, (await gateway.PostAsync("/alerts/relay/sms", Firing)).Status);
        Assert.Equal(3, channel.Requests.Count);
        Assert.Equal(2, channel.Requests.DistinctBy(request => request.Form["To"]).Count());
    }

    [Fact]
    public async Task A_channel_that_answers_with_a_huge_body_has_accepted_the_message()
    {
        await using var channel = await HostileReceiver.StartAsync(200);
        channel.Body = new string('x', 32 << 20);
        await using var gateway = await GatewayUnderTest.StartAsync(settings: $"Alerting:Teams:WebhookUrl={channel.Url}");
        Assert.Equal(200, (await gateway.PostAsync("/alerts/relay/teams", Firing)).Status);
    }

    [Fact]
    public async Task A_delivery_is_remembered_until_the_next_intended_repetition()
    {
        var time = new FakeTimeProvider();
        var memory = new DeliveryMemory(time);
        var sent = 0;
        Task<DeliveryResult> SendAsync() => memory.SendOnceAsync("a", () => Task.FromResult(new DeliveryResult(DeliveryStatus.Delivered, $"{++sent}")));

        await SendAsync();
        time.Advance(TimeSpan.FromMinutes(59));
        await SendAsync();
        Assert.Equal(1, sent);
        memory.Complete(["a"]);
        await SendAsync();
        time.Advance(TimeSpan.FromMinutes(1));
        await SendAsync();
        Assert.Equal(2, sent);
    }

    [Fact]
    public async Task Repetitions_because_of_another_recipient_silence_a_recipient_for_an_hour_at_most()
    {
        var time = new FakeTimeProvider();
        var memory = new DeliveryMemory(time);
        var sent = 0;
        for (var minute = 0; minute < 121; minute += 5)
        {
            await memory.SendOnceAsync("reached", () => Task.FromResult(new DeliveryResult(DeliveryStatus.Delivered, $"{++sent}")));
            await memory.SendOnceAsync("failing", () => Task.FromResult(new DeliveryResult(DeliveryStatus.Failed, "")));
            time.Advance(TimeSpan.FromMinutes(5));
        }

        Assert.Equal(3, sent);
    }

    [Fact]
    public async Task The_number_of_remembered_deliveries_is_limited()
    {
        var memory = new DeliveryMemory(TimeProvider.System);
        var waiting = new TaskCompletionSource<DeliveryResult>();
        await memory.SendOnceAsync("done", () => Task.FromResult(new DeliveryResult(DeliveryStatus.Delivered, "")));
        for (var index = 0; index < DeliveryMemory.MaxDeliveries; index++)
        {
            _ = memory.SendOnceAsync($"{index}", () => waiting.Task);
        }

        var refused = Assert.Throws<ProblemException>(() => { _ = memory.SendOnceAsync("another", () => waiting.Task); });
        Assert.Equal(503, refused.Status);
    }

    [Fact]
    public async Task One_wrong_number_does_not_cause_retries_to_the_others()
    {
        await using var channel = await HostileReceiver.StartAsync(201);
        channel.Refuse(400);
        await using var gateway = await GatewayUnderTest.StartAsync(settings: Sms(channel.Url, "+15550001,+15550002"));
        var answer = await gateway.PostAsync("/alerts/relay/sms", Firing);
        Assert.Equal((200, 1, 1), (answer.Status, answer.Json.GetProperty("delivered").GetInt32(), answer.Json.GetProperty("failed").GetInt32()));
        Assert.Single(gateway.Logs.Records, record => record.Event == "alert_relay_failed");
    }

    [Fact]
    public async Task Redirects_are_not_followed()
    {
        await using var elsewhere = await HostileReceiver.StartAsync();
        await using var channel = await HostileReceiver.StartAsync(307);
        channel.RedirectsTo = elsewhere.Url;
        await using var gateway = await GatewayUnderTest.StartAsync(settings: $"Alerting:Teams:WebhookUrl={channel.Url}/the-secret");
        (await gateway.PostAsync("/alerts/relay/teams", Firing)).AssertProblem(502, "channel_failed", "it answered 307");
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task A_card_never_exceeds_the_size_limit_of_Teams()
    {
        await using var channel = await HostileReceiver.StartAsync(202);
        await using var gateway = await GatewayUnderTest.StartAsync(settings: $"Alerting:Teams:WebhookUrl={channel.Url}/the-secret");
        var alerts = Enumerable.Range(0, 30).Select(index => AlertTests.Alert($"A{index}", summary: string.Concat(Enumerable.Repeat("😀", 5_000))));
        Assert.Equal(200, (await gateway.PostAsync("/alerts/relay/teams", AlertTests.Notification([.. alerts], truncated: 5))).Status);
        var card = Assert.Single(channel.Requests);
        Assert.InRange(Encoding.UTF8.GetByteCount(card.Body), 1, 28 << 10);
        Assert.Contains("\"25 more\"", card.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\\ud83d\\ude00")]
    [InlineData("\\u200b")]
    [InlineData("\\u6f22")]
    [InlineData("\\\"")]
    public async Task A_card_of_ten_long_alerts_leaves_the_last_ones_out_until_it_fits_and_says_how_many(string text)
    {
        await using var channel = await HostileReceiver.StartAsync(202);
        await using var gateway = await GatewayUnderTest.StartAsync(settings: $"Alerting:Teams:WebhookUrl={channel.Url}/the-secret");
        var longText = string.Concat(Enumerable.Repeat(text, 400));
        var alerts = Enumerable.Range(0, 10).Select(index => AlertTests.Alert($"A{index}-", summary: longText)
            .Replace("What it is", longText, StringComparison.Ordinal));
        Assert.Equal(200, (await gateway.PostAsync("/alerts/relay/teams", AlertTests.Notification([.. alerts]))).Status);

        var card = Assert.Single(channel.Requests).Body;
        Assert.InRange(Encoding.UTF8.GetByteCount(card), 1, TeamsCard.MaxSize);
        var shown = Enumerable.Range(0, 10).Count(index => card.Contains($"A{index}-", StringComparison.Ordinal));
        Assert.InRange(shown, 7, 10);
        Assert.Equal(shown < 10, card.Contains($"\"{10 - shown} more\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_card_shows_the_firing_alerts_before_the_resolved_ones_and_the_runbook_of_the_first()
    {
        await using var channel = await HostileReceiver.StartAsync(202);
        await using var gateway = await GatewayUnderTest.StartAsync(settings: $"Alerting:Teams:WebhookUrl={channel.Url}/the-secret");
        string[] alerts = [.. Enumerable.Range(0, 10).Select(index => AlertTests.Alert($"Old{index}", status: "resolved")), AlertTests.Alert("NowFiring")];
        Assert.Equal(200, (await gateway.PostAsync("/alerts/relay/teams", AlertTests.Notification(alerts))).Status);

        var card = Assert.Single(channel.Requests).Body;
        Assert.Contains("\"FIRING: 1\"", card, StringComparison.Ordinal);
        Assert.InRange(card.IndexOf("NowFiring", StringComparison.Ordinal), 0, card.IndexOf("Old0", StringComparison.Ordinal));
        Assert.Contains("\"1 more\"", card, StringComparison.Ordinal);
        Assert.DoesNotContain("Old9", card, StringComparison.Ordinal);
    }

    [Fact]
    public void The_button_of_a_card_leads_to_the_runbook_of_a_firing_alert_unless_its_url_is_too_long()
    {
        var card = TeamsCard.Of(new AlertNotification("4", "r", "firing",
        [
            Alert("resolved", "https://example.com/resolved"),
            Alert("firing", "https://example.com/" + new string('x', 30_000)),
            Alert("firing", "https://example.com/firing"),
        ]));
        Assert.Contains("\"url\":\"https://example.com/firing\"", card, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(card), 1, TeamsCard.MaxSize);

        static NotifiedAlert Alert(string status, string runbook) => new(
            status, new Dictionary<string, string> { ["alertname"] = "A" }, DateTimeOffset.UnixEpoch,
            Annotations: new Dictionary<string, string> { ["runbook_url"] = runbook });
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
        Assert.Matches(@"(\.\.\.|…)\z", shortened);
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

    [Theory]
    [InlineData(" , ", 0)]
    [InlineData("+1,+2,+3,+4,+5,+6,+7,+8,+9,+10,+11,+12,+13,+14,+15,+16,+17,+18,+19,+20,+21", 21)]
    public async Task A_gateway_with_no_or_too_many_numbers_does_not_start(string numbers, int count)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => GatewayUnderTest.StartAsync(settings: Sms("http://a", numbers)));
        Assert.Contains(
            $"Alerting:Sms:To has {count} numbers; it must have 1 to 20, separated by commas.", exception.Message, StringComparison.Ordinal);
    }

    private static string[] Sms(string url, string numbers) =>
    [
        "Alerting:Sms:AccountSid=AC1", "Alerting:Sms:AuthToken=the-secret", "Alerting:Sms:From=Choir", $"Alerting:Sms:To={numbers}",
        $"Alerting:Sms:BaseUrl={url}",
    ];
}
