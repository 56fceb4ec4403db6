using System.Net;
using Choir.ServiceDefaults.Ethereum;
using Choir.Storage;
using Nethereum.JsonRpc.Client;

namespace Choir.ActorHost.Ledger;

/// <summary>Why a node refuses a transaction.</summary>
internal enum Refusal
{
    /// <summary>Another reason.</summary>
    Other,

    /// <summary>The account cannot pay for the gas.</summary>
    NoFunds,

    /// <summary>The fees are below what a block or a replacement needs.</summary>
    FeeTooLow,

    /// <summary>A transaction with this nonce is mined.</summary>
    NonceUsed,
}

/// <summary>
/// Recognises refusals by the words of geth, Nethermind, Besu, Erigon, anvil, Hardhat and ganache. Their codes do not tell
/// them apart: most use one code for all.
/// </summary>
internal static class Refusals
{
    private static readonly (Refusal Refusal, string[] Words)[] Known =
    [
        (Refusal.NoFunds,
        [
            "insufficient funds", "insufficientfunds", "enough funds", "insufficient balance", "insufficientbalance",
            "upfront cost exceeds", "exceeds the balance", "exceeds balance", "exceeds account balance",
        ]),
        (Refusal.NonceUsed,
        [
            "nonce too low", "nonce is too low", "oldnonce", "correct nonce", "nonce has already been used", "invalid nonce",
        ]),
        (Refusal.FeeTooLow,
        [
            "underpriced", "base fee", "basefee", "fee too low", "feetoolow", "gas price too low", "gas price below",
            "maxfeepergas", "fee cap less",
        ]),
    ];

    private static readonly string[] RateLimitWords =
    [
        "rate limit", "ratelimit", "rate-limit", "too many requests", "per second", "request limit", "throughput",
        "request count exceeded", "quota",
    ];

    public static Refusal Of(RpcResponseException exception)
    {
        foreach (var (refusal, words) in Known)
        {
            if (HasAny(exception, words))
            {
                return refusal;
            }
        }

        return Refusal.Other;
    }

    /// <summary>Whether a provider refuses a call because there were too many, whatever its parameters.</summary>
    public static bool IsRateLimit(Exception exception) => exception switch
    {
        RpcResponseException refused => refused.RpcError?.Code == (int)HttpStatusCode.TooManyRequests || HasAny(refused, RateLimitWords),
        RpcClientUnknownException { InnerException: HttpRequestException { StatusCode: HttpStatusCode.TooManyRequests } } => true,
        _ => false,
    };

    /// <summary>The refusal with the account and what to do, for a person.</summary>
    public static LedgerProblemException ToProblem(this RpcResponseException exception, ChainNode node) =>
        Of(exception) == Refusal.NoFunds
            ? new LedgerProblemException(
                AnchorProblem.NoFunds,
                $"The account {node.Address} cannot pay for gas on chain {node.ChainId}. Send it ether; anchoring then continues by itself. The node's answer: {exception.Message}")
            : new LedgerProblemException(
                AnchorProblem.Refused,
                $"The node refused the transaction of the account {node.Address}: {exception.Message}");

    /// <summary>The reason of any failed call, for a person.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        LedgerProblemException => exception.Message,
        RpcResponseException => $"The node answered with an error: {exception.Message}",
        _ => NodeAnswerException.ReasonOf(exception),
    };

    private static bool HasAny(RpcResponseException exception, string[] words) =>
        words.Any(word => exception.Message.Contains(word, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Anchoring cannot go on for a reason that a person should know.</summary>
/// <param name="problem">One of <see cref="AnchorProblem"/>.</param>
/// <param name="message">The reason.</param>
internal sealed class LedgerProblemException(string problem, string message) : Exception(message)
{
    public string Problem { get; } = problem;
}
