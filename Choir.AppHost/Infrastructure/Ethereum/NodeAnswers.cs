using Nethereum.Hex.HexTypes;

namespace Choir.AppHost.Infrastructure.Ethereum;

/// <summary>Reads answers of a node.</summary>
internal static class NodeAnswers
{
    /// <summary>A client of a node. Redirects are not followed, as the services do not follow them.</summary>
    public static HttpClient Client() => new(new SocketsHttpHandler { AllowAutoRedirect = false });

    /// <summary>A number. A node may leave one out, or send one that is too large for a block, a time or a chain id.</summary>
    /// <param name="number">The number.</param>
    /// <param name="what">What it is, for the message.</param>
    /// <exception cref="InfrastructureException">There is no usable number.</exception>
    public static long Number(HexBigInteger? number, string what) =>
        number is { Value: var value } && value >= 0 && value <= long.MaxValue
            ? (long)value
            : throw new InfrastructureException($"The node does not say {what}, or says {number?.HexValue ?? "null"}.");
}
