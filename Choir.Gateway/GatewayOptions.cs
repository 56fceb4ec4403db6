using System.ComponentModel.DataAnnotations;

namespace Choir.Gateway;

/// <summary>The limits of the HTTP API. Configuration section <c>Gateway</c>.</summary>
internal sealed class GatewayOptions
{
    public const string Section = "Gateway";

    /// <summary>The maximum size of a request body in bytes. Default 2 MiB, from 1 KiB to 32 MiB.</summary>
    [Range(1 << 10, 32 << 20)]
    public int MaxBodyBytes { get; set; } = 2 << 20;

    /// <summary>The maximum size of an input's content in UTF-8 bytes. Default 1 MiB, from 1 to 16 MiB.</summary>
    [Range(1, 16 << 20)]
    public int MaxContentBytes { get; set; } = 1 << 20;

    /// <summary>The timeout of a request to an actor. Default 30 s, from 100 ms to 90 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:30")]
    public TimeSpan AskTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a request waits for the database before the gateway checks the database's health. Default 1 s, from 10 ms to
    /// 30 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:00:30")]
    public TimeSpan DatabaseCheckDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The maximum number of requests of one kind that are handled at once (see <see cref="Requests.RequestLimit"/>); further ones
    /// are answered with 503. Default 1,000, from 1 to 100,000.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxRequests { get; set; } = 1_000;

    /// <summary>The maximum number of open event streams; further ones are answered with 503. Default 1,000, from 0 to 100,000.</summary>
    [Range(0, 100_000)]
    public int MaxEventStreams { get; set; } = 1_000;

    /// <summary>The interval of heartbeats on an idle event stream. Default 15 s, from 100 ms to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long running requests may take when the gateway stops. Default 10 s, from 0 to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The maximum number of kept alerts; the least recently reported are dropped first. Default 1,000, from 10 to 10,000.</summary>
    [Range(10, 10_000)]
    public int MaxAlerts { get; set; } = 1_000;

    /// <summary>
    /// How long an alert is kept that Alertmanager does not report again, as it does every few minutes. Default 1 h, from 1 min
    /// to 7 days.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan AlertExpiry { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The number of changing requests (POST, PUT, DELETE) of one key and address within a minute that is logged as a flood, with
    /// both names. The requests are answered like any others. Default 6,000, from 0 (off) to 100,000,000.
    /// </summary>
    [Range(0, 100_000_000)]
    public int FloodRequests { get; set; } = 6_000;
}
