using Choir.AppHost.Infrastructure;
using Choir.AppHost.Observability;
using Choir.Tests.Integration.Gateway;
using Choir.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace Choir.Tests.Observability.Alerting;

/// <summary>The configuration with which the AppHost starts Alertmanager.</summary>
public sealed class ConfigurationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_is_valid_without_channels_and_with_every_channel()
    {
        AlertmanagerServer.SkipUnlessInstalled();
        Assert.Contains("SUCCESS", await AlertmanagerServer.AmtoolAsync("check-config", Path.Combine(AlertmanagerFiles.Folder, "alertmanager.yml")), StringComparison.Ordinal);
        var told = await AlertmanagerServer.AmtoolAsync("check-config", AlertmanagerFiles.Render(_folder, AlertmanagerFiles.AllChannels));
        Assert.Contains("SUCCESS", told, StringComparison.Ordinal);
        Assert.Contains("7 receivers", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Grouping_and_waiting_times_are_those_of_the_specification()
    {
        var route = Load(AlertmanagerFiles.Render(_folder))["route"];
        Assert.Equal(["alertname", "actor_type"], ((YamlSequenceNode)route["group_by"]).Select(label => $"{label}"));
        Assert.Equal(
            ("30s", "5m", "4h", "default"),
            ($"{route["group_wait"]}", $"{route["group_interval"]}", $"{route["repeat_interval"]}", $"{route["receiver"]}"));
    }

    [Fact]
    public void Without_channels_Choir_is_the_only_receiver() =>
        Assert.Equal(["default"], Receivers(AlertmanagerFiles.Render(_folder)));

    [Fact]
    public void Every_receiver_sends_resolved_notifications()
    {
        var file = Load(AlertmanagerFiles.Render(_folder, AlertmanagerFiles.AllChannels));
        foreach (var receiver in (YamlSequenceNode)file["receivers"])
        {
            var (_, configurations) = ((YamlMappingNode)receiver).Single(entry => $"{entry.Key}".EndsWith("_configs", StringComparison.Ordinal));
            Assert.All((YamlSequenceNode)configurations, configuration => Assert.Equal("true", $"{configuration["send_resolved"]}"));
        }
    }

    [Fact]
    public void A_secret_is_only_in_a_file_that_other_users_cannot_read()
    {
        var file = AlertmanagerFiles.Render(_folder, AlertmanagerFiles.AllChannels);
        var text = File.ReadAllText(file);
        Assert.DoesNotContain("secret-of", text, StringComparison.Ordinal);
        Assert.DoesNotContain(GatewayUnderTest.Key, text, StringComparison.Ordinal);
        var secrets = Directory.EnumerateFiles(_folder.File("run/secrets")).ToDictionary(path => Path.GetFileName(path), File.ReadAllText);
        Assert.Equal(
            [
                ("choir-api-key", GatewayUnderTest.Key), ("email-password", "secret-of-email"), ("opsgenie-api-key", "secret-of-opsgenie"),
                ("pagerduty-routing-key", "secret-of-pagerduty"), ("slack-webhook-url", "https://hooks.example.com/secret-of-slack"),
            ],
            secrets.Select(secret => (secret.Key, secret.Value)).OrderBy(secret => secret.Key, StringComparer.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            foreach (var path in Directory.EnumerateFiles(_folder.File("run"), "*", SearchOption.AllDirectories))
            {
                Assert.Equal(own, File.GetUnixFileMode(path));
            }

            Assert.Equal(own | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.File("run/secrets")));
        }
    }

    [Fact]
    public void The_files_of_a_removed_channel_are_deleted()
    {
        AlertmanagerFiles.Render(_folder, AlertmanagerFiles.AllChannels);
        Assert.Equal(["default"], Receivers(AlertmanagerFiles.Render(_folder)));
        Assert.Equal(["choir-api-key"], Directory.EnumerateFiles(_folder.File("run/secrets")).Select(Path.GetFileName));
    }

    [Fact]
    public void In_a_container_paths_are_those_of_the_container()
    {
        var file = AlertmanagerConfiguration.Render(
            AlertmanagerFiles.Settings(("PagerDuty:RoutingKey", "key"), ("Teams:WebhookUrl", "https://teams.example.com/1")),
            AlertmanagerFiles.Folder, _folder.File("run"), new Uri("http://host.docker.internal:7777"), "key", "/etc/alertmanager");
        var text = File.ReadAllText(file);
        Assert.Contains("/etc/alertmanager/secrets/pagerduty-routing-key", text, StringComparison.Ordinal);
        Assert.Contains("http://host.docker.internal:7777/alerts/relay/teams", text, StringComparison.Ordinal);
        Assert.DoesNotContain("localhost", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_is_escaped()
    {
        var file = Load(AlertmanagerFiles.Render(_folder, ("Slack:WebhookUrl", "https://hooks.example.com/1"), ("Slack:Channel", "# \"a\": {b}\n- c")));
        var slack = ((YamlSequenceNode)file["receivers"]).Single(receiver => $"{receiver["name"]}" == "slack");
        Assert.Equal("# \"a\": {b}\n- c", $"{slack["slack_configs"][0]["channel"]}");
    }

    [Fact]
    public void Missing_optional_settings_are_omitted()
    {
        var file = Load(AlertmanagerFiles.Render(_folder, ("Email:To", "a@example.com"), ("Email:From", "b@example.com"), ("Email:Smarthost", "mail:25")));
        var email = (YamlMappingNode)((YamlSequenceNode)file["receivers"]).Single(receiver => $"{receiver["name"]}" == "email")["email_configs"][0];
        Assert.DoesNotContain(email.Children.Keys, key => $"{key}".StartsWith("auth_", StringComparison.Ordinal));
        Assert.Equal("true", $"{email["require_tls"]}");
    }

    [Fact]
    public void Every_channel_lists_what_fires_before_what_is_resolved()
    {
        var channels = Directory.GetFiles(Path.Combine(AlertmanagerFiles.Folder, "channels")).Select(File.ReadAllText).ToList();
        Assert.NotEmpty(channels);
        Assert.All(channels, channel =>
        {
            Assert.DoesNotContain("range .Alerts }}", channel, StringComparison.Ordinal);
            Assert.True(channel.IndexOf("range .Alerts.Firing", StringComparison.Ordinal) <= channel.IndexOf("range .Alerts.Resolved", StringComparison.Ordinal));
        });
    }

    [Theory]
    [InlineData("Slack:Channel=#alerts", "Alerting:Slack:WebhookUrl or Alerting:Slack:WebhookUrlFile is missing: the URL of an incoming webhook.")]
    [InlineData("Slack:WebhookUrl=not an address", "Alerting:Slack:WebhookUrl must be the URL of an incoming webhook.")]
    [InlineData("PagerDuty:RoutingKey=a;PagerDuty:RoutingKeyFile=b", "Alerting:PagerDuty:RoutingKey and Alerting:PagerDuty:RoutingKeyFile are both set")]
    [InlineData("PagerDuty:RoutingKeyFile=/nowhere/at-all", "Alerting:PagerDuty:RoutingKeyFile names /nowhere/at-all, which cannot be read")]
    [InlineData("OpsGenie:ApiKey=a;OpsGenie:ApiUrl=b", "Alerting:OpsGenie:ApiUrl must be the URL of the API; it is \"b\".")]
    [InlineData("Sms:AccountSid=AC1", "Alerting:Sms:To is missing: the recipients' numbers")]
    [InlineData("Sms:AccountSid=AC1", "Alerting:Sms:AuthToken or Alerting:Sms:AuthTokenFile is missing")]
    [InlineData("Sms:AccountSid=AC1;Sms:AuthToken=t;Sms:From=Choir;Sms:To=12", "Alerting:Sms:To must be the recipients' numbers")]
    [InlineData(
        "Sms:AccountSid=AC1;Sms:AuthToken=t;Sms:From=Choir;Sms:To=+4911,+4912,+4913,+4914,+4915,+4916,+4917,+4918,+4919,+4920,+4921,+4922,+4923,+4924,"
        + "+4925,+4926,+4927,+4928,+4929,+4930,+4931",
        "separated by commas, at most 20; it is")]
    [InlineData("Email:To=a@example.com;Email:From=b@example.com", "Alerting:Email:Smarthost is missing: the mail server as host:port.")]
    [InlineData("Email:To=nobody;Email:From=b@example.com;Email:Smarthost=m:25", "Alerting:Email:To must be the recipients' addresses")]
    [InlineData("Email:To=a@example.com;Email:From=b@example.com;Email:Smarthost=m", "Alerting:Email:Smarthost must be the mail server as host:port; it is \"m\".")]
    [InlineData("Email:To=a@example.com;Email:From=b@example.com;Email:Smarthost=m:25;Email:Username=u", "Alerting:Email:Password or Alerting:Email:PasswordFile is missing")]
    [InlineData("Slak:WebhookUrl=https://a.example.com", "Alerting:Slak is not a channel; the channels are PagerDuty, OpsGenie, Sms, Slack, Teams, Email.")]
    [InlineData("Teams:Url=https://a.example.com", "Alerting:Teams:Url is not a setting; the settings are WebhookUrl, WebhookUrlFile.")]
    public void Incomplete_or_invalid_settings_are_refused_with_the_remedy(string settings, string message)
    {
        var given = settings.Split(';').Select(setting => setting.Split('=', 2)).Select(setting => (setting[0], setting[1]));
        var refusal = Assert.Throws<InfrastructureException>(() => AlertmanagerFiles.Render(_folder, given));
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("run/alertmanager.yml")));
    }

    [Fact]
    public void All_errors_are_reported_at_once_without_secrets()
    {
        var refusal = Assert.Throws<InfrastructureException>(() =>
            AlertmanagerFiles.Render(_folder, ("Slack:WebhookUrl", "the-secret"), ("Email:To", "a@example.com"), ("Pager:Key", "1")));
        Assert.Contains("Alerting:Slack:WebhookUrl", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Alerting:Email:From", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Alerting:Pager", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the-secret", refusal.Message, StringComparison.Ordinal);
    }

    private static YamlNode Load(string file)
    {
        var stream = new YamlStream();
        using var reader = File.OpenText(file);
        stream.Load(reader);
        return stream.Documents[0].RootNode;
    }

    private static IEnumerable<string> Receivers(string file) =>
        ((YamlSequenceNode)Load(file)["receivers"]).Select(receiver => $"{receiver["name"]}");
}
