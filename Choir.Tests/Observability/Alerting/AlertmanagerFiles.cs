using Choir.AppHost.Observability;
using Choir.Tests.Integration.Gateway;
using Choir.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace Choir.Tests.Observability.Alerting;

/// <summary>The overlay's configuration of Alertmanager, and what the AppHost renders from it.</summary>
internal static class AlertmanagerFiles
{
    /// <summary>The waiting times of the shipped file and those of tests.</summary>
    private static readonly (string Shipped, string Tested)[] Waits =
    [
        ("group_wait: 30s", "group_wait: 100ms"), ("group_interval: 5m", "group_interval: 300ms"), ("group_interval: 30s", "group_interval: 300ms"),
    ];

    public static string Folder { get; } = Repository.At("Choir.AppHost/Overlay/alertmanager");

    /// <summary>The settings of every channel.</summary>
    public static IReadOnlyList<(string Key, string Value)> AllChannels { get; } =
    [
        ("PagerDuty:RoutingKey", "secret-of-pagerduty"),
        ("OpsGenie:ApiKey", "secret-of-opsgenie"),
        ("Sms:AccountSid", "AC1"), ("Sms:AuthToken", "secret-of-sms"), ("Sms:From", "+15550001"), ("Sms:To", "+15550002"),
        ("Slack:WebhookUrl", "https://hooks.example.com/secret-of-slack"),
        ("Teams:WebhookUrl", "https://teams.example.com/secret-of-teams"),
        ("Email:To", "team@example.com"), ("Email:From", "choir@example.com"), ("Email:Smarthost", "mail.example.com:587"),
        ("Email:Username", "choir"), ("Email:Password", "secret-of-email"),
    ];

    public static IConfiguration Settings(params IEnumerable<(string Key, string Value)> settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Alerting:{setting.Key}", (string?)setting.Value)))
        .Build();

    /// <summary>The rendered configuration.</summary>
    public static string Render(TemporaryFolder folder, params IEnumerable<(string Key, string Value)> settings) =>
        AlertmanagerConfiguration.Render(Settings(settings), Folder, folder.File("run"), new Uri("http://localhost:5080"), GatewayUnderTest.Key);

    /// <summary>Starts Alertmanager with the shipped configuration and short waiting times.</summary>
    public static Task<AlertmanagerServer> StartAsync(TemporaryFolder folder, Uri gateway, params IEnumerable<(string Key, string Value)> settings)
    {
        AlertmanagerServer.SkipUnlessInstalled();
        var overlay = folder.File("overlay");
        Directory.CreateDirectory(Path.Combine(overlay, "channels"));
        foreach (var file in Directory.EnumerateFiles(Folder, "*.yml", SearchOption.AllDirectories))
        {
            var text = Waits.Aggregate(File.ReadAllText(file), (text, wait) => text.Replace(wait.Shipped, wait.Tested, StringComparison.Ordinal));
            File.WriteAllText(Path.Combine(overlay, Path.GetRelativePath(Folder, file)), text);
        }

        return AlertmanagerServer.StartAsync(
            AlertmanagerConfiguration.Render(Settings(settings), overlay, folder.File("run"), gateway, GatewayUnderTest.Key));
    }
}
