using Microsoft.Extensions.Options;

namespace Choir.Gateway.Alerts.Relay;

/// <summary>Where Teams takes messages. Configuration section <c>Alerting:Teams</c>.</summary>
internal sealed class TeamsOptions
{
    public const string Section = "Alerting:Teams";

    /// <summary>The address of a workflow that posts what a webhook gets; a secret. No default: nothing is sent.</summary>
    public string? WebhookUrl { get; set; }

    internal sealed class Validator : IValidateOptions<TeamsOptions>
    {
        public ValidateOptionsResult Validate(string? name, TeamsOptions options) =>
            string.IsNullOrWhiteSpace(options.WebhookUrl) || RelayAddress.IsOne(options.WebhookUrl)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"{Section}:{nameof(WebhookUrl)} must be an address of http or https.");
    }
}

/// <summary>How text messages are sent. Configuration section <c>Alerting:Sms</c>; all of it or nothing.</summary>
internal sealed class SmsOptions
{
    public const string Section = "Alerting:Sms";

    private const int MaxNumbers = 20;

    /// <summary>The account's id at the provider. No default: nothing is sent.</summary>
    public string? AccountSid { get; set; }

    /// <summary>The account's token; a secret. No default.</summary>
    public string? AuthToken { get; set; }

    /// <summary>The number or name that messages come from. No default.</summary>
    public string? From { get; set; }

    /// <summary>The numbers to tell, with their country codes, separated by commas: 1 to 20. No default.</summary>
    public string? To { get; set; }

    /// <summary>Where the provider's API is: Twilio's unless given, or one that speaks the same.</summary>
    public string BaseUrl { get; set; } = "https://api.twilio.com";

    /// <summary>The numbers to tell.</summary>
    public IReadOnlyList<string> Numbers => To?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>Whether anything is to be sent.</summary>
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

            var errors = options.Missing.Select(setting => $"{Section}:{setting} is missing, while other settings of {Section} are given.").ToList();
            if (options.Numbers.Count > MaxNumbers)
            {
                errors.Add($"{Section}:{nameof(To)} has {options.Numbers.Count} numbers; the most is {MaxNumbers}.");
            }

            if (!RelayAddress.IsOne(options.BaseUrl))
            {
                errors.Add($"{Section}:{nameof(BaseUrl)} must be an address of http or https; it is \"{options.BaseUrl}\".");
            }

            return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
        }
    }
}

/// <summary>What an address to send to must be.</summary>
internal static class RelayAddress
{
    public static bool IsOne(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp);
}
