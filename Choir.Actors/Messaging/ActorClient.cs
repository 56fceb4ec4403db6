using Choir.Actors.Telemetry;

namespace Choir.Actors.Messaging;

/// <inheritdoc cref="IActorClient"/>
internal sealed class ActorClient(Postman postman, ProcessClock clock, ActorTracing tracing) : IActorClient
{
    /// <inheritdoc/>
    public IReadOnlyCollection<string> ActorTypes => postman.ActorTypes;

    /// <inheritdoc/>
    public Task<ActorReply> Ask(
        ActorAddress target, string type, byte[] data, SendOptions? options, CancellationToken cancellationToken)
    {
        var timeout = options?.Timeout ?? postman.AskTimeout;
        return options?.TraceContext is null && tracing.WantsRoot()
            ? AskTraced(target, type, data, options, timeout, cancellationToken)
            : postman.Ask(target, Stamp(type, data, options, timeout, expectsReply: true), timeout, sender: null, cancellationToken);
    }

    /// <inheritdoc/>
    public void Tell(ActorAddress target, string type, byte[] data, SendOptions? options)
    {
        var root = options?.TraceContext is null && tracing.WantsRoot() ? tracing.StartRoot(type, target) : null;
        try
        {
            postman.Tell(target, Stamp(type, data, options, options?.Timeout, expectsReply: false));
        }
        finally
        {
            tracing.Stop(root);
        }
    }

    private async Task<ActorReply> AskTraced(
        ActorAddress target, string type, byte[] data, SendOptions? options, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var root = tracing.StartRoot(type, target);
        try
        {
            var message = Stamp(type, data, options, timeout, expectsReply: true);
            return await postman.Ask(target, message, timeout, sender: null, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            tracing.Stop(root);
        }
    }

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
            options?.TraceContext ?? tracing.Context(cause: null),
            timeout,
            expectsReply);
    }
}
