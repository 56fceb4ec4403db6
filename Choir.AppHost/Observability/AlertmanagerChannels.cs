using System.Net.Mail;
using System.Text.RegularExpressions;
using Choir.AppHost.Infrastructure;
using Microsoft.Extensions.Configuration;

namespace Choir.AppHost.Observability;

/// <summary>The channels that alerts can go to, and which of them are configured, in section <c>Alerting</c>.</summary>
internal static partial class AlertmanagerChannels
{
    public const string Section = "Alerting";

    /// <summary>In the order in which they are told.</summary>
    public static IReadOnlyList<AlertmanagerChannel> All { get; } =
    [
        new("PagerDuty",
            new("RoutingKey", "the integration key of a PagerDuty service (Events API v2)") { Secret = true },
            new("Url", "where events are posted") { Default = "https://events.pagerduty.com/v2/enqueue", Fits = IsUrl }),
        new("OpsGenie",
            new("ApiKey", "the key of an OpsGenie API integration") { Secret = true },
            new("ApiUrl", "where its API is") { Default = "https://api.opsgenie.com/", Fits = IsUrl }),
        new("Sms",
            new("AccountSid", "the account's id at the provider"),
            new("AuthToken", "the account's token") { Secret = true },
            new("From", "the number or name that messages come from"),
            new("To", "the numbers to tell, with their country codes, separated by commas") { Fits = AreNumbers },
            new("BaseUrl", "where the provider's API is") { Default = "https://api.twilio.com", Fits = IsUrl })
        { ThroughGateway = true },
        new("Slack",
            new("WebhookUrl", "the address of an incoming webhook") { Secret = true, Fits = IsUrl },
            new("Channel", "the channel, where the webhook may choose one") { Required = false }),
        new("Teams", new AlertmanagerSetting("WebhookUrl", "the address of a workflow that posts what a webhook gets") { Secret = true, Fits = IsUrl })
        { ThroughGateway = true },
        new("Email",
            new("To", "the addresses to write to, separated by commas") { Fits = text => text.Split(',').All(IsAddress) },
            new("From", "the address to write from") { Fits = IsAddress },
            new("Smarthost", "the mail server as host:port") { Fits = text => HostAndPort().IsMatch(text) },
            new("Username", "who signs in at the mail server") { Required = false, With = "Password" },
            new("Password", "the password of Username") { Required = false, Secret = true, With = "Username" },
            new("RequireTls", "true or false") { Default = "true", Fits = text => text is "true" or "false" }),
    ];

    /// <summary>The channels that are configured, with their secrets read.</summary>
    /// <exception cref="InfrastructureException">Some are configured by half or wrongly; the message names everything that is to be set.</exception>
    public static IReadOnlyList<ConfiguredChannel> Read(IConfiguration configuration)
    {
        var errors = new List<string>();
        var section = configuration.GetSection(Section);
        foreach (var child in section.GetChildren().Where(child => Find(child.Key) is null))
        {
            errors.Add($"{Section}:{child.Key} is no channel; there are {string.Join(", ", All.Select(channel => channel.Section))}.");
        }

        var configured = All.Select(channel => Read(channel, section.GetSection(channel.Section), errors)).OfType<ConfiguredChannel>().ToList();
        return errors.Count == 0 ? configured : throw new InfrastructureException(
            "The channels for alerts are not configured as they must be:\n  " + string.Join("\n  ", errors));
    }

    private static ConfiguredChannel? Read(AlertmanagerChannel channel, IConfigurationSection section, List<string> errors)
    {
        var given = section.GetChildren().Where(child => !string.IsNullOrWhiteSpace(child.Value)).ToList();
        if (given.Count == 0)
        {
            return null;
        }

        foreach (var child in given.Where(child => !channel.Settings.Any(setting => Is(setting.Key, child) || (setting.Secret && Is(setting.FileKey, child)))))
        {
            errors.Add($"{child.Path} is no setting; there are {string.Join(", ", channel.Settings.Select(Names))}.");
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var setting in channel.Settings)
        {
            if (Value(setting, section, errors) is { } value)
            {
                values[setting.Key] = value;
            }
        }

        foreach (var setting in channel.Settings.Where(setting => !values.ContainsKey(setting.Key)))
        {
            var path = $"{section.Path}:{setting.Key}";
            if (errors.Any(error => error.StartsWith(path, StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            if (setting is { Required: true, Default: null } || (setting.With is { } other && values.ContainsKey(other)))
            {
                errors.Add($"{path}{(setting.Secret ? $" or {path}File" : "")} is missing: {setting.Meaning}.");
            }
        }

        return new ConfiguredChannel(channel, values);
    }

    // What is wrong is said without the value where that is a secret.
    private static string? Value(AlertmanagerSetting setting, IConfigurationSection section, List<string> errors)
    {
        var path = $"{section.Path}:{setting.Key}";
        var value = NotEmpty(section[setting.Key]);
        if (setting.Secret && NotEmpty(section[setting.FileKey]) is { } file)
        {
            if (value is not null)
            {
                errors.Add($"{path} and {path}File are both given; give one of them.");
                return null;
            }

            value = Read(file, $"{path}File", errors);
            if (value is null)
            {
                return null;
            }
        }

        value ??= setting.Default;
        if (value is null || setting.Fits(value))
        {
            return value;
        }

        errors.Add($"{path} must be {setting.Meaning}{(setting.Secret ? "" : $"; it is \"{value}\"")}.");
        return null;
    }

    private static string? Read(string file, string path, List<string> errors)
    {
        try
        {
            if (NotEmpty(File.ReadAllText(file)) is { } secret)
            {
                return secret;
            }

            errors.Add($"{path} names {file}, which is empty.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add($"{path} names {file}, which cannot be read: {e.Message}");
        }

        return null;
    }

    private static AlertmanagerChannel? Find(string section) =>
        All.FirstOrDefault(channel => channel.Section.Equals(section, StringComparison.OrdinalIgnoreCase));

    private static string Names(AlertmanagerSetting setting) => setting.Secret ? $"{setting.Key}, {setting.FileKey}" : setting.Key;

    private static bool Is(string key, IConfigurationSection child) => key.Equals(child.Key, StringComparison.OrdinalIgnoreCase);

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static bool IsUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp);

    private static bool IsAddress(string text) => MailAddress.TryCreate(text.Trim(), out _);

    private static bool AreNumbers(string text) => text.Split(',').All(number => Number().IsMatch(number.Trim()));

    [GeneratedRegex(@"^\+[1-9]\d{3,14}$")]
    private static partial Regex Number();

    [GeneratedRegex(@"^\S+:\d{1,5}$")]
    private static partial Regex HostAndPort();
}
