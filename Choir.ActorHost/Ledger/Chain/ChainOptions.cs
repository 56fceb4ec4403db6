using System.Globalization;
using System.Numerics;
using Microsoft.Extensions.Options;

namespace Choir.ActorHost.Ledger;

/// <summary>Options for the Ethereum chain. Configuration section <c>Chain</c>.</summary>
public sealed class ChainOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Chain";

    /// <summary>The node's JSON-RPC address, http or https. Required.</summary>
    public Uri? Url { get; set; }

    /// <summary>The private key that signs transactions: 32 bytes as hexadecimal digits. Required, and a secret. Spaces around it are ignored.</summary>
    public string? PrivateKey
    {
        get;
        set => field = value?.Trim();
    }

    /// <summary>
    /// The number of blocks, including its own, after which an anchor is confirmed. Default 1, because an idle development
    /// chain mines no further blocks; use more on a public chain. From 1 to 1,000.
    /// </summary>
    public int ConfirmationBlocks { get; set; } = 1;

    /// <summary>
    /// In how many of the newest blocks confirmed anchors are compared with the chain. An anchor that a reorganisation has
    /// removed is anchored again. Default 256, from 1 to 100,000; Ethereum's main chain is final after about 64 to 95 blocks.
    /// </summary>
    public int ReorgDepth { get; set; } = 256;

    /// <summary>The interval of that comparison. Default 10 s, from 50 ms to 1 h.</summary>
    public TimeSpan ReviewInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The most that a unit of gas may cost, in gwei. A transaction whose fees have become too low is replaced by one with
    /// higher fees up to this limit. Default 500, from 0.000001 to 1,000,000.
    /// </summary>
    public decimal MaxFeePerGas { get; set; } = 500;

    /// <summary>The timeout of a call of the node. Default 5 s, from 100 ms to 20 s (Nethereum's own limit).</summary>
    public TimeSpan RpcTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The interval between reads of the outbox. Default 1 s, from 50 ms to 1 min.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The maximum delay after failures; it starts with the poll interval and doubles. Default 15 s, up to 10 min.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The maximum number of transactions that wait for their receipts. Nodes drop an account's transactions beyond their own
    /// limit (64 in geth). Default 50, from 1 to 1,000.
    /// </summary>
    public int MaxInFlight { get; set; } = 50;

    /// <summary>
    /// How many cycles one transaction records at most; fewer where they would use more than half of a block's gas. A contract
    /// that an earlier version of Choir deployed records one. Default 64, from 1 to 200.
    /// </summary>
    public int MaxCyclesPerTransaction { get; set; } = 64;

    /// <summary>
    /// How long a round waits for the deployment of the contract to be mined. After that it counts as stuck, and is still
    /// looked for. Default 2 min, from 1 s to 1 h.
    /// </summary>
    public TimeSpan DeploymentTimeout { get; set; } = TimeSpan.FromMinutes(2);
}

/// <summary>Reports all errors together. Messages never contain the key.</summary>
internal sealed class ChainOptionsValidator : IValidateOptions<ChainOptions>
{
    // The order of secp256k1. A private key is a number below it.
    private static readonly BigInteger Order = BigInteger.Parse(
        "0fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    public ValidateOptionsResult Validate(string? name, ChainOptions options)
    {
        var errors = new List<string>();
        if (options.Url is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            // The value is not repeated: its path often has an access key.
            errors.Add("Chain:Url is missing or not an http or https address. Give the node's JSON-RPC address, such as http://localhost:8545.");
        }

        if (!IsKey(options.PrivateKey))
        {
            errors.Add("Chain:PrivateKey is missing or not a private key. Give 64 hexadecimal digits, with or without 0x.");
        }

        Range(nameof(options.ConfirmationBlocks), options.ConfirmationBlocks, 1, 1_000);
        Range(nameof(options.ReorgDepth), options.ReorgDepth, 1, 100_000);
        Range(nameof(options.ReviewInterval), options.ReviewInterval, TimeSpan.FromMilliseconds(50), TimeSpan.FromHours(1));
        Range(nameof(options.MaxFeePerGas), options.MaxFeePerGas, 0.000001m, 1_000_000m);
        Range(nameof(options.RpcTimeout), options.RpcTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(20));
        Range(nameof(options.PollInterval), options.PollInterval, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1));
        Range(nameof(options.MaxBackoff), options.MaxBackoff, options.PollInterval, TimeSpan.FromMinutes(10));
        Range(nameof(options.MaxInFlight), options.MaxInFlight, 1, 1_000);
        Range(nameof(options.MaxCyclesPerTransaction), options.MaxCyclesPerTransaction, 1, 200);
        Range(nameof(options.DeploymentTimeout), options.DeploymentTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        return errors.Count > 0 ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;

        void Range<T>(string option, T value, T least, T most) where T : IComparable<T>
        {
            if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            {
                errors.Add($"Chain:{option} is {value}. Give a value from {least} to {most}.");
            }
        }
    }

    private static bool IsKey(string? text)
    {
        var digits = text?.StartsWith("0x", StringComparison.OrdinalIgnoreCase) == true ? text[2..] : text;
        return digits?.Length == 64
            && BigInteger.TryParse("0" + digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key)
            && key > 0 && key < Order;
    }
}
