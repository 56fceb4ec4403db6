using System.ComponentModel.DataAnnotations;
using Choir.Gateway.Alerts.Relay;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Alerts;

/// <summary>Where firing alerts are asked for, and the time limits of the relays. Configuration section <c>Gateway:Alerts</c>.</summary>
internal sealed class AlertOptions
{
    public const string Section = "Gateway:Alerts";

    /// <summary>
    /// The URL of Alertmanager, which <c>GET /alerts</c> asks. No default: <c>GET /alerts</c> then lists what Alertmanager's webhook
    /// reported.
    /// </summary>
    public string? AlertmanagerUrl { get; set; }

    /// <summary>How long <c>GET /alerts</c> waits for Alertmanager. Default 2 s, from 100 ms to 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30")]
    public TimeSpan AlertmanagerTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a relay waits for the channel before it answers Alertmanager, which waits for 10 s or longer. Default 8 s, from
    /// 100 ms to 5 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan RelayAnswerTimeout { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>How long a channel may take to answer one request. Default 30 s, from 1 s to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan RelaySendTimeout { get; set; } = TimeSpan.FromSeconds(30);

    internal sealed class Validator : IValidateOptions<AlertOptions>
    {
        public ValidateOptionsResult Validate(string? name, AlertOptions options) =>
            string.IsNullOrWhiteSpace(options.AlertmanagerUrl) || RelayUrl.IsValid(options.AlertmanagerUrl)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(
                    $"{Section}:{nameof(AlertmanagerUrl)} must be an http or https URL, such as http://localhost:9093; it is \"{options.AlertmanagerUrl}\".");
    }
}
