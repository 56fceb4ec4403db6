using Microsoft.Extensions.Options;

namespace Choir.Gateway.Alerts.Relay;

/// <summary>The Teams channel. Configuration section <c>Alerting:Teams</c>.</summary>
internal sealed class TeamsOptions
{
    public const string Section = "Alerting:Teams";

    /// <summary>The URL of a workflow that posts webhook requests to a channel; a secret. No default: nothing is sent.</summary>
    public string? WebhookUrl { get; set; }

    internal sealed class Validator : IValidateOptions<TeamsOptions>
    {
        public ValidateOptionsResult Validate(string? name, TeamsOptions options) =>
            string.IsNullOrWhiteSpace(options.WebhookUrl) || RelayUrl.IsValid(options.WebhookUrl)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"{Section}:{nameof(WebhookUrl)} must be an http or https URL.");
    }
}

/// <summary>The SMS channel. Configuration section <c>Alerting:Sms</c>; either all settings or none are set.</summary>
internal sealed class SmsOptions
{
    public const string Section = "Alerting:Sms";

    private const int MaxNumbers = 20;

    /// <summary>The account id at the provider. No default: nothing is sent.</summary>
    public string? AccountSid { get; set; }

    /// <summary>The account's token; a secret. No default.</summary>
    public string? AuthToken { get; set; }

    /// <summary>The sender's number or name. No default.</summary>
    public string? From { get; set; }

    /// <summary>The recipients' numbers with country codes, separated by commas: 1 to 20. No default.</summary>
    public string? To { get; set; }

    /// <summary>The base URL of the provider's API. Default: Twilio; another provider must offer the same API.</summary>
    public string BaseUrl { get; set; } = "https://api.twilio.com";

    public IReadOnlyList<string> Numbers => To?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>Whether any required setting is given.</summary>
    public bool IsConfigured => Missing.Count < Required.Count;

    private Dictionary<string, string?> Required => new(StringComparer.Ordinal)
    {
        [nameof(AccountSid)] = AccountSid, [nameof(AuthToken)] = AuthToken, [nameof(From)] = From, [nameof(To)] = To,
    };

    private IReadOnlyList<string> Missing => [.. Required.Where(setting => string.IsNullOrWhiteSpace(setting.Value)).Select(setting => setting.Key)];

    internal sealed class Validator : IValidateOptions<SmsOptions>
    {
        public ValidateOptionsResult Validate(string? name, SmsOptions options)
        {
            if (!options.IsConfigured)
            {
                return ValidateOptionsResult.Success;
            }

            var errors = options.Missing.Select(setting => $"{Section}:{setting} is missing, but other settings of {Section} are set.").ToList();
            if (!string.IsNullOrWhiteSpace(options.To) && options.Numbers.Count is 0 or > MaxNumbers)
            {
                errors.Add($"{Section}:{nameof(To)} has {options.Numbers.Count} numbers; it must have 1 to {MaxNumbers}, separated by commas.");
            }

            if (!RelayUrl.IsValid(options.BaseUrl))
            {
                errors.Add($"{Section}:{nameof(BaseUrl)} must be an http or https URL; it is \"{options.BaseUrl}\".");
            }

            return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
        }
    }
}

internal static class RelayUrl
{
    public static bool IsValid(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp);
}
