using System.ComponentModel.DataAnnotations;

namespace Choir.ServiceDefaults.Health;

/// <summary>Settings of the Ethereum node's health check. Configuration section <c>Chain</c>, shared with the ledger.</summary>
public sealed class ChainHealthOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Chain";

    /// <summary>The node's JSON-RPC address, http or https. Required.</summary>
    [Required(ErrorMessage = "Chain:Url is not set. Give the Ethereum node's JSON-RPC address, such as http://localhost:8545.")]
    public Uri? Url { get; set; }

    /// <summary>
    /// The maximum age of the latest block. If it is older, the node counts as not synced. Not set by default, because an idle
    /// development chain does not produce blocks; 1 second to 365 days.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00", ErrorMessage = "Chain:MaxBlockAge must be 1 second (00:00:01) to 365 days.")]
    public TimeSpan? MaxBlockAge { get; set; }
}
