using System.ClientModel;
using Choir.ActorHost.PostChain.Model.Endpoint;
using Choir.Contracts.Threads;
using Choir.ServiceDefaults;
using Choir.ServiceDefaults.Http;

namespace Choir.ActorHost.PostChain.Model;

/// <summary>A model failed, or returned no answer. The message is shown to users and contains no secret.</summary>
internal sealed class ModelException(string message, Exception? inner = null) : Exception(message, inner)
{
    private const int MaxReason = 300;

    /// <summary>The failure of a call of the model's endpoint, in words.</summary>
    /// <param name="phase">The phase that called it.</param>
    /// <param name="timeout">How long the phase waited at most.</param>
    /// <param name="exception">The exception of the client. After retries it contains one exception for each attempt.</param>
    public static ModelException Of(Phase phase, TimeSpan timeout, Exception exception) => new(
        exception switch
        {
            AggregateException { InnerExceptions: [.., var last] } => Of(phase, timeout, last).Message,
            ModelAnswerException => $"The answer of the model's endpoint in the {phase} phase cannot be used: {exception.Message}.",
            OperationCanceledException =>
                $"The model did not answer the {phase} phase within {timeout.TotalSeconds:0} s (Model:Timeout).",
            HttpRequestException or IOException or ClientResultException { Status: 0 } =>
                $"The model's endpoint could not be reached in the {phase} phase: {Reason(exception)} Check Model:Endpoint.",
            ClientResultException { Status: var status } =>
                $"The model's endpoint answered {status} in the {phase} phase: {Remedy(status)}",
            _ => $"The model failed in the {phase} phase: {Reason(exception)}",
        },
        exception);

    private static string Reason(Exception exception) => PlainText.OneLine(FailureReason.Of(exception), MaxReason).TrimEnd('.') + '.';

    private static string Remedy(int status) => status switch
    {
        401 or 403 => "check Model:Key.",
        404 => "check Model:Endpoint and Model:Name.",
        429 => "it accepts no more requests for now.",
        _ => "see its own log.",
    };
}
