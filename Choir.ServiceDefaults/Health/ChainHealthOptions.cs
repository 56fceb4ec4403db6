using System.ComponentModel.DataAnnotations;

namespace Choir.ServiceDefaults.Health;

/// <summary>How the Ethereum node's health is judged. Configuration section <c>Chain</c>, shared with the ledger.</summary>
public sealed class ChainHealthOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Chain";

    /// <summary>The node's JSON-RPC address, http or https. Required.</summary>
    [Required(ErrorMessage = "Chain:Url is not set. Give the Ethereum node's JSON-RPC address, such as http://localhost:8545.")]
    public Uri? Url { get; set; }

    /// <summary>
    /// From which age of the newest block on the node counts as not synced. Not set by default, because an idle
    /// development chain makes no blocks.
    /// </summary>
    public TimeSpan? MaxBlockAge { get; set; }
}
