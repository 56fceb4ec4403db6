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
    /// The URL of Prometheus, which the live pages ask for pending alerts, the queries of runbooks, and dashboards. No default: the pages
    /// then show what they know themselves.
    /// </summary>
    public string? PrometheusUrl { get; set; }

    /// <summary>How long the live pages wait for Prometheus. Default 5 s, from 100 ms to 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30")]
    public TimeSpan PrometheusTimeout { get; set; } = TimeSpan.FromSeconds(5);

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
        public ValidateOptionsResult Validate(string? name, AlertOptions options)
        {
            string[] problems =
            [
                .. Problem(nameof(AlertmanagerUrl), options.AlertmanagerUrl, "http://localhost:9093"),
                .. Problem(nameof(PrometheusUrl), options.PrometheusUrl, "http://localhost:9090"),
            ];
            return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
        }

        private static IEnumerable<string> Problem(string setting, string? value, string example)
        {
            if (!string.IsNullOrWhiteSpace(value) && !RelayUrl.IsValid(value))
            {
                yield return $"{Section}:{setting} must be an http or https URL, such as {example}; it is \"{value}\".";
            }
        }
    }
}
