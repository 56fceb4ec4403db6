using System.Diagnostics;
using Choir.Observability;

namespace Choir.Actors.Messaging;

/// <param name="postman">Delivers the messages.</param>
/// <param name="clock">Stamps the messages.</param>
/// <param name="tracing">Starts traces.</param>
/// <param name="running">Finds the actor that the calling code runs in; null in a client of the cluster.</param>
/// <param name="connections">The connections to hosts; null in a host.</param>
internal sealed class ActorClient(Postman postman, ProcessClock clock, ActorTracing tracing, RunningSubject? running = null, HostConnections? connections = null)
    : IActorClient
{
    /// <summary>Whether this client had connections to hosts, and has none now.</summary>
    public bool HasLostAllHosts => connections?.AreLost == true;

    private Actor? Sender => running?.Actor as Actor;

    public IReadOnlyCollection<string> ActorTypes => postman.ActorTypes;

    public Task<ActorReply> Ask(
        ActorAddress target, string type, byte[] data, SendOptions? options, CancellationToken cancellationToken)
    {
        target.ThrowIfNone();
        var timeout = options?.Timeout ?? postman.AskTimeout;
        var sender = Sender;
        var message = Stamp(type, data, options, timeout, sender, expectsReply: true);
        return NeedsRoot(message, options)
            ? AskTracedAsync(target, message, timeout, sender, cancellationToken)
            : AskAsync(target, message, timeout, sender, cancellationToken);
    }

    public void Tell(ActorAddress target, string type, byte[] data, SendOptions? options)
    {
        target.ThrowIfNone();
        var message = Stamp(type, data, options, options?.Timeout, Sender, expectsReply: false);
        var root = NeedsRoot(message, options) ? StartRoot(message, target) : null;
        try
        {
            postman.Tell(target, message);
        }
        finally
        {
            tracing.Stop(root);
        }
    }

    /// <summary>In a handler it is an ask of the actor, so that a deadlock is detected.</summary>
    private Task<ActorReply> AskAsync(
        ActorAddress target, ActorMessage message, TimeSpan timeout, Actor? sender, CancellationToken cancellationToken) =>
        sender is null
            ? postman.AskAsync(target, message, timeout, sender: null, cancellationToken)
            : sender.AskAsync(target, message, timeout, cancellationToken);

    private async Task<ActorReply> AskTracedAsync(
        ActorAddress target, ActorMessage message, TimeSpan timeout, Actor? sender, CancellationToken cancellationToken)
    {
        var root = StartRoot(message, target);
        try
        {
            return await AskAsync(target, message, timeout, sender, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            tracing.Stop(root);
        }
    }

    private bool NeedsRoot(ActorMessage message, SendOptions? options) =>
        !message.IsUpkeep && message.SenderTrace.IsNone && options?.TraceContext is null && tracing.WantsRoot(message.Id);

    /// <summary>Starts a trace and puts its context into the message, which is not sent yet.</summary>
    private Activity? StartRoot(ActorMessage message, ActorAddress target)
    {
        var root = tracing.StartRoot(message.Type, target.Type);
        message.SenderTrace = TraceContext.From(root);
        return root;
    }

    private ActorMessage Stamp(string type, byte[] data, SendOptions? options, TimeSpan? timeout, Actor? sender, bool expectsReply)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(data);

        // A given trace context means work of an outside caller, even when an upkeep turn resumes it.
        var isUpkeep = options is { IsUpkeep: true } || (options?.TraceContext is null && tracing.IsUpkeepTurn);
        return clock.Stamp(
            type,
            data,
            sender?.AddressOf ?? default,
            options?.CorrelationId ?? Guid.Empty,
            options?.CausationId ?? Guid.Empty,
            options?.TraceContext ?? (options is { IsUpkeep: true } ? default : tracing.Context(default)),
            timeout,
            expectsReply,
            isUpkeep,
            isFromHost: running is not null);
    }
}
