using Choir.ServiceDefaults.Http;
using Nethereum.JsonRpc.Client;
using Newtonsoft.Json;

namespace Choir.ServiceDefaults.Ethereum;

/// <summary>An Ethereum node answered, but not as its protocol says. The message names the answer in plain words.</summary>
/// <param name="message">What the node answered.</param>
/// <param name="inner">The exception that showed it; null if there was none.</param>
public sealed class NodeAnswerException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The reason of a failed call, without the general words that Nethereum puts around it.</summary>
    /// <param name="exception">The exception of the call.</param>
    public static string ReasonOf(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception switch
        {
            NodeAnswerException or RpcResponseException => exception.Message,
            RpcClientTimeoutException => "no answer in time",
            RpcClientUnknownException { InnerException: HttpRequestException { StatusCode: { } status } } => $"the node answered HTTP {(int)status}",
            RpcClientUnknownException { InnerException: { } inner } => FailureReason.Of(inner),
            // What Nethereum throws where an answer has another form than it expects.
            NullReferenceException or FormatException or OverflowException or ArgumentException or IndexOutOfRangeException
                or RpcResponseFormatException or { InnerException: FormatException or JsonException } =>
                $"the node's answer does not have the form that the protocol says ({exception.Message})",
            { InnerException: { } inner } => FailureReason.Of(inner),
            _ => exception.Message,
        };
    }
}
