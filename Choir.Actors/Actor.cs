using Choir.Actors.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Choir.Actors;

/// <summary>
/// An actor without stored state: handles one message at a time, in the order of their arrival. Derive from it and mark
/// methods with <see cref="HandlesAttribute"/>. One with stored state derives from <see cref="Actor{TState}"/>.
/// </summary>
/// <remarks>
/// Timers, reminders and restarts wait for their turn like messages. A grain interface of one's own on an actor class is
/// possible, but its calls run between the actor's turns.
/// </remarks>
public abstract partial class Actor : Grain, IActorGrain, IRemindable
{
    private protected ActorRuntime Runtime => _runtime;

    private ActorRuntime _runtime = null!;
    private ActorType _type = null!;

    /// <summary>The actor's id within its type.</summary>
    protected string Id => Address.Id;

    /// <summary>The actor's own address.</summary>
    protected ActorAddress Address { get; private set; }

    /// <summary>The clock to use.</summary>
    protected TimeProvider Time => _runtime.Clock.Time;

    /// <summary>The message in the actor's hands; null in a timer's or a reminder's turn.</summary>
    protected ActorMessage? CurrentMessage { get; private set; }

    /// <summary>Runs when the actor has been activated, and again after each restart, once its state is there.</summary>
    /// <param name="cancellationToken">The activation is given up.</param>
    protected virtual Task OnStart(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs before the actor leaves memory.</summary>
    /// <param name="cancellationToken">Time is up.</param>
    protected virtual Task OnStop(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs, in its turn, when a reminder set by <see cref="SetReminder"/> is due. Upkeep, as a timer's work is.</summary>
    /// <param name="name">The reminder's name.</param>
    /// <param name="cancellationToken">The turn's time is up.</param>
    protected virtual Task OnReminder(string name, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends a message and awaits the reply.</summary>
    /// <param name="target">The actor; asking oneself is answered by <c>ERROR deadlock</c>.</param>
    /// <param name="type">The message type.</param>
    /// <param name="data">The content; null for none.</param>
    /// <param name="timeout">How long to wait; null for the configured time (90 s).</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The reply, which may be an <c>ERROR</c>.</returns>
    /// <exception cref="ArgumentException">The address is empty.</exception>
    /// <exception cref="ActorUnavailableException">The actor could not be reached or started.</exception>
    protected Task<ActorReply> Ask(
        ActorAddress target,
        string type,
        object? data = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        target.ThrowIfNone();
        var limit = timeout ?? _runtime.Options.AskTimeout;
        var message = Stamp(type, data, limit, expectsReply: true);
        return target == Address
            ? Task.FromResult(DeadlockReply([Address.ToString(), Address.ToString()]).Answering(message.Id))
            : _runtime.Postman.AskAsync(target, message, limit, this, cancellationToken);
    }

    /// <summary>Sends a message and awaits the reply's content.</summary>
    /// <inheritdoc cref="Ask(ActorAddress, string, object?, TimeSpan?, CancellationToken)"/>
    /// <typeparam name="TReply">The type of the reply's content.</typeparam>
    /// <exception cref="ActorErrorException">The reply is an <c>ERROR</c>.</exception>
    protected async Task<TReply> Ask<TReply>(
        ActorAddress target,
        string type,
        object? data = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        (await Ask(target, type, data, timeout, cancellationToken)).Read<TReply>();

    /// <summary>Sends a message and goes on. One that is refused becomes a dead letter.</summary>
    /// <param name="target">The actor; may be this one.</param>
    /// <param name="type">The message type.</param>
    /// <param name="data">The content; null for none.</param>
    /// <param name="timeout">After this long the message is dropped at its turn; null for never.</param>
    /// <exception cref="ArgumentException">The address is empty.</exception>
    protected void Tell(ActorAddress target, string type, object? data = null, TimeSpan? timeout = null)
    {
        target.ThrowIfNone();
        _runtime.Postman.Tell(target, Stamp(type, data, timeout, expectsReply: false));
    }

    /// <summary>
    /// The same for work that is taken up again: with the correlation and the trace that were stored with it, not those
    /// of the message, timer or reminder that happens to be running.
    /// </summary>
    /// <param name="target">The actor; may be this one.</param>
    /// <param name="type">The message type.</param>
    /// <param name="data">The content; null for none.</param>
    /// <param name="correlationId">What the work belongs to.</param>
    /// <param name="trace">The span that it continues.</param>
    /// <exception cref="ArgumentException">The address is empty.</exception>
    protected void Resume(ActorAddress target, string type, object? data, Guid correlationId, TraceContext trace)
    {
        target.ThrowIfNone();
        _runtime.Postman.Tell(target, Stamp(type, data, correlationId, trace, timeout: null, expectsReply: false));
    }

    /// <summary>Sends a message for work that is taken up again, as <see cref="Resume"/> does, and awaits the reply.</summary>
    /// <param name="target">The actor; not this one.</param>
    /// <param name="type">The message type.</param>
    /// <param name="data">The content; null for none.</param>
    /// <param name="correlationId">What the work belongs to.</param>
    /// <param name="trace">The span that it continues.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The reply, which may be an <c>ERROR</c>.</returns>
    /// <exception cref="ArgumentException">The address is empty.</exception>
    /// <exception cref="ActorUnavailableException">The actor could not be reached or started.</exception>
    protected Task<ActorReply> ResumeAsk(
        ActorAddress target, string type, object? data, Guid correlationId, TraceContext trace, CancellationToken cancellationToken)
    {
        target.ThrowIfNone();
        var limit = _runtime.Options.AskTimeout;
        var message = Stamp(type, data, correlationId, trace, limit, expectsReply: true);
        return _runtime.Postman.AskAsync(target, message, limit, this, cancellationToken);
    }

    /// <summary>
    /// Runs work in a turn of its own, again and again, while the actor is in memory. It is upkeep: what it sends is not traced
    /// unless diagnostics ask for it, but for work that it takes up again with <see cref="Resume"/>.
    /// </summary>
    /// <param name="work">The work; its token fires when the turn's time is up.</param>
    /// <param name="due">When it first runs.</param>
    /// <param name="period">The time from the end of one run to the next; infinite for once.</param>
    /// <returns>Stops the timer when disposed.</returns>
    protected IDisposable SetTimer(Func<CancellationToken, Task> work, TimeSpan due, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(work);
        var armedBy = _runtime.Tracing.ContextOf(CurrentMessage);
        return this.RegisterGrainTimer(
            () => RunInTurnAsync("timer", token => RunInTraceAsync("timer", armedBy, work, token)),
            new GrainTimerCreationOptions { DueTime = due, Period = period, Interleave = true });
    }

    /// <summary>Makes <see cref="OnReminder"/> run from time to time, also after the actor or its host has gone.</summary>
    /// <param name="name">The reminder's name; an existing one of that name is changed.</param>
    /// <param name="due">When it first runs.</param>
    /// <param name="period">The time from one run to the next; the engine's configuration sets the shortest.</param>
    protected Task SetReminder(string name, TimeSpan due, TimeSpan period) =>
        this.RegisterOrUpdateReminder(name, due, period);

    /// <summary>Ends a reminder; one that does not exist is no error.</summary>
    /// <param name="name">The reminder's name.</param>
    protected async Task ClearReminder(string name)
    {
        if (await this.GetReminder(name) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    /// <inheritdoc/>
    public sealed override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _runtime = ServiceProvider.GetRequiredService<ActorRuntime>();
        _type = _runtime.Types.Of(GetType());
        Address = new ActorAddress(_type.Name, this.GetPrimaryKeyString());
        var started = _runtime.Clock.Timestamp;
        try
        {
            await LoadStateAsync(cancellationToken);
            await OnStart(cancellationToken);
        }
        catch
        {
            // The engine tells an activation that has failed nothing more.
            OnActivationFailed();
            throw;
        }

        OnActivated(started);
    }

    /// <inheritdoc/>
    public sealed override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        try
        {
            await OnStop(cancellationToken);
        }
        finally
        {
            OnLeft(ReasonOf(reason));
        }
    }

    /// <summary>Reads the stored state, where there is one.</summary>
    private protected virtual Task LoadStateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private ActorMessage Stamp(string type, object? data, TimeSpan? timeout, bool expectsReply) =>
        _runtime.Clock.Stamp(
            type,
            data is null ? ActorJson.Empty : ActorJson.Serialize(data),
            Address,
            CurrentMessage?.CorrelationId ?? Guid.Empty,
            CurrentMessage?.Id ?? Guid.Empty,
            _runtime.Tracing.Context(CurrentMessage),
            timeout,
            expectsReply,
            CurrentMessage?.IsUpkeep ?? _runtime.Tracing.IsUpkeepTurn);

    private ActorMessage Stamp(
        string type, object? data, Guid correlationId, TraceContext trace, TimeSpan? timeout, bool expectsReply) =>
        _runtime.Clock.Stamp(
            type,
            ActorJson.Serialize(data),
            Address,
            correlationId,
            CurrentMessage?.Id ?? Guid.Empty,
            trace,
            timeout,
            expectsReply);
}
