using System.Net.Mail;
using System.Text.RegularExpressions;
using Choir.AppHost.Infrastructure;
using Microsoft.Extensions.Configuration;

namespace Choir.AppHost.Observability;

/// <summary>The supported channels, and reading the configured ones from section <c>Alerting</c>.</summary>
internal static partial class AlertmanagerChannels
{
    public const string Section = "Alerting";

    // The gateway's limit.
    private const int MaxNumbers = 20;

    /// <summary>The supported channels in the order of their routes.</summary>
    public static IReadOnlyList<AlertmanagerChannel> All { get; } =
    [
        new("PagerDuty",
            new("RoutingKey", "the integration key of a PagerDuty service (Events API v2)") { Secret = true },
            new("Url", "the URL for events") { Default = "https://events.pagerduty.com/v2/enqueue", IsValid = IsUrl }),
        new("OpsGenie",
            new("ApiKey", "the key of an OpsGenie API integration") { Secret = true },
            new("ApiUrl", "the URL of the API") { Default = "https://api.opsgenie.com/", IsValid = IsUrl }),
        new("Sms",
            new("AccountSid", "the account's id at the provider"),
            new("AuthToken", "the account's token") { Secret = true },
            new("From", "the sender's number or name"),
            new("To", "the recipients' numbers with country codes, separated by commas, at most 20") { IsValid = AreNumbers },
            new("BaseUrl", "the URL of the provider's API") { Default = "https://api.twilio.com", IsValid = IsUrl })
        { ThroughGateway = true },
        new("Slack",
            new("WebhookUrl", "the URL of an incoming webhook") { Secret = true, IsValid = IsUrl },
            new("Channel", "the channel, if the webhook allows choosing one") { Required = false }),
        new("Teams", new AlertmanagerSetting("WebhookUrl", "the URL of a workflow that posts webhook requests") { Secret = true, IsValid = IsUrl })
        { ThroughGateway = true },
        new("Email",
            new("To", "the recipients' addresses, separated by commas") { IsValid = text => text.Split(',').All(IsAddress) },
            new("From", "the sender's address") { IsValid = IsAddress },
            new("Smarthost", "the mail server as host:port") { IsValid = text => HostAndPort().IsMatch(text) },
            new("Username", "the user name at the mail server") { Required = false, With = "Password" },
            new("Password", "the password of Username") { Required = false, Secret = true, With = "Username" },
            new("RequireTls", "true or false") { Default = "true", IsValid = text => text is "true" or "false" }),
    ];

    /// <summary>The configured channels, with their secrets read from files.</summary>
    /// <exception cref="InfrastructureException">Settings are missing or invalid; the message names all of them.</exception>
    public static IReadOnlyList<ConfiguredChannel> Read(IConfiguration configuration)
    {
        var errors = new List<string>();
        var section = configuration.GetSection(Section);
        foreach (var child in section.GetChildren().Where(child => Find(child.Key) is null))
        {
            errors.Add($"{Section}:{child.Key} is not a channel; the channels are {string.Join(", ", All.Select(channel => channel.Section))}.");
        }

        var configured = All.Select(channel => Read(channel, section.GetSection(channel.Section), errors)).OfType<ConfiguredChannel>().ToList();
        return errors.Count == 0 ? configured : throw new InfrastructureException(
            "The alert channels are not configured correctly:\n  " + string.Join("\n  ", errors));
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
            errors.Add($"{child.Path} is not a setting; the settings are {string.Join(", ", channel.Settings.Select(Names))}.");
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

    // Errors do not contain the values of secrets.
    private static string? Value(AlertmanagerSetting setting, IConfigurationSection section, List<string> errors)
    {
        var path = $"{section.Path}:{setting.Key}";
        var value = NotEmpty(section[setting.Key]);
        if (setting.Secret && NotEmpty(section[setting.FileKey]) is { } file)
        {
            if (value is not null)
            {
                errors.Add($"{path} and {path}File are both set; set only one of them.");
                return null;
            }

            value = Read(file, $"{path}File", errors);
            if (value is null)
            {
                return null;
            }
        }

        value ??= setting.Default;
        if (value is null || setting.IsValid(value))
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

    private static bool AreNumbers(string text) =>
        text.Split(',') is { Length: <= MaxNumbers } numbers && numbers.All(number => Number().IsMatch(number.Trim()));

    [GeneratedRegex(@"^\+[1-9][0-9]{3,14}$")]
    private static partial Regex Number();

    [GeneratedRegex(@"^\S+:[0-9]{1,5}$")]
    private static partial Regex HostAndPort();
}
