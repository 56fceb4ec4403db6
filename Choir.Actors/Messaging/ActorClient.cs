using System.Diagnostics;

namespace Choir.Actors.Messaging;

/// <inheritdoc cref="IActorClient"/>
internal sealed class ActorClient(Postman postman, ProcessClock clock) : IActorClient
{
    /// <inheritdoc/>
    public IReadOnlyCollection<string> ActorTypes => postman.ActorTypes;

    /// <inheritdoc/>
    public Task<ActorReply> Ask(
        ActorAddress target, string type, byte[] data, SendOptions? options, CancellationToken cancellationToken)
    {
        var timeout = options?.Timeout ?? postman.AskTimeout;
        var message = Stamp(type, data, options, timeout, expectsReply: true);
        return postman.Ask(target, message, timeout, cancellationToken);
    }

    /// <inheritdoc/>
    public void Tell(ActorAddress target, string type, byte[] data, SendOptions? options) =>
        postman.Tell(target, Stamp(type, data, options, options?.Timeout, expectsReply: false));

    private ActorMessage Stamp(string type, byte[] data, SendOptions? options, TimeSpan? timeout, bool expectsReply)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(data);
        return clock.Stamp(
            type,
            data,
            sender: default,
            options?.CorrelationId ?? Guid.Empty,
            options?.CausationId ?? Guid.Empty,
            options?.TraceContext ?? TraceContext.From(Activity.Current),
            timeout,
            expectsReply);
    }
}
