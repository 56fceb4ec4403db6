using System.Globalization;
using System.Numerics;
using Microsoft.Extensions.Options;

namespace Choir.ActorHost.Ledger;

/// <summary>How the ledger reaches the Ethereum chain. Configuration section <c>Chain</c>.</summary>
public sealed class ChainOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Chain";

    /// <summary>The node's JSON-RPC address, http or https. Required.</summary>
    public Uri? Url { get; set; }

    /// <summary>The key that signs anchors: 32 bytes as hexadecimal digits. Required, and a secret.</summary>
    public string? PrivateKey { get; set; }

    /// <summary>
    /// How many blocks, its own included, make an anchor confirmed. Default 1, because an idle development chain makes
    /// no further ones; on a public chain take more. From 1 to 1,000.
    /// </summary>
    public int ConfirmationBlocks { get; set; } = 1;

    /// <summary>How long one call of the node may take. Default 5 s, from 100 ms to 20 s (Nethereum's own limit).</summary>
    public TimeSpan RpcTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the outbox is looked at. Default 1 s, from 50 ms to 1 min.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause after failures, which begin with the poll interval and double. Default 15 s, up to 10 min.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How many transactions may wait for their receipts at a time; nodes drop an account's transactions beyond a number
    /// of theirs (64 in geth). Default 50, from 1 to 1,000.
    /// </summary>
    public int MaxInFlight { get; set; } = 50;

    /// <summary>How long the deployment of the contract may take to be mined. Default 2 min, from 1 s to 1 h.</summary>
    public TimeSpan DeploymentTimeout { get; set; } = TimeSpan.FromMinutes(2);
}

/// <summary>Finds every error at once. The key is never repeated.</summary>
internal sealed class ChainOptionsValidator : IValidateOptions<ChainOptions>
{
    // The order of secp256k1: keys are the numbers below it.
    private static readonly BigInteger Order = BigInteger.Parse(
        "0fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    public ValidateOptionsResult Validate(string? name, ChainOptions options)
    {
        var errors = new List<string>();
        if (options.Url is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            errors.Add($"Chain:Url is '{options.Url}'. Give the node's JSON-RPC address, such as http://localhost:8545.");
        }

        if (!IsKey(options.PrivateKey))
        {
            errors.Add("Chain:PrivateKey is missing or no private key. Give 64 hexadecimal digits, with or without 0x.");
        }

        Range(nameof(options.ConfirmationBlocks), options.ConfirmationBlocks, 1, 1_000);
        Range(nameof(options.RpcTimeout), options.RpcTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(20));
        Range(nameof(options.PollInterval), options.PollInterval, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1));
        Range(nameof(options.MaxBackoff), options.MaxBackoff, options.PollInterval, TimeSpan.FromMinutes(10));
        Range(nameof(options.MaxInFlight), options.MaxInFlight, 1, 1_000);
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
