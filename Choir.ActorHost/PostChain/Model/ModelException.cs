using System.ClientModel;
using Choir.ActorHost.PostChain.Model.Endpoint;
using Choir.Contracts.Threads;
using Choir.Redaction;
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
    /// <param name="secrets">What the endpoint may repeat, and the message does not contain.</param>
    public static ModelException Of(Phase phase, TimeSpan timeout, Exception exception, KnownSecrets secrets) => new(
        exception switch
        {
            AggregateException { InnerExceptions: [.., var last] } => Of(phase, timeout, last, secrets).Message,
            ModelAnswerException => $"The answer of the model's endpoint in the {phase} phase cannot be used: {exception.Message}.",
            OperationCanceledException =>
                $"The model did not answer the {phase} phase within {timeout.TotalSeconds:0} s (Model:Timeout).",
            HttpRequestException or IOException or ClientResultException { Status: 0 } =>
                $"The model's endpoint could not be reached in the {phase} phase: {Reason(exception)} Check Model:Endpoint.",
            ClientResultException { Status: var status } answer =>
                $"The model's endpoint answered {status} in the {phase} phase: {Remedy(status) ?? Told(answer, secrets) ?? "see its own log"}.",
            _ => $"The model failed in the {phase} phase: {Reason(exception)}",
        },
        exception);

    private static string Reason(Exception exception) => PlainText.OneLine(FailureReason.Of(exception), MaxReason).TrimEnd('.') + '.';

    private static string? Remedy(int status) => status switch
    {
        401 or 403 => "check Model:Key",
        404 => "check Model:Endpoint and Model:Name",

        // Not in the standard: some providers answer 529 when they are overloaded.
        429 or 529 => "it accepts no more requests for now",
        _ => null,
    };

    private static string? Told(ClientResultException answer, KnownSecrets secrets) =>
        answer.GetRawResponse() is { Content: { } body } ? ModelAnswer.ErrorOf(body.ToString(), secrets) : null;
}
