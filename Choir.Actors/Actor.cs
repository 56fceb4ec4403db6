using Choir.Actors.Hosting;
using Choir.Observability;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Choir.Actors;

/// <summary>
/// An actor without stored state. It handles one message at a time, in order of arrival. Derive from it and mark methods
/// with <see cref="HandlesAttribute"/>. An actor with stored state derives from <see cref="Actor{TState}"/>.
/// </summary>
/// <remarks>
/// Timers, reminders and restarts wait in the same queue as messages. An actor class may implement further grain
/// interfaces, but their calls do not wait in that queue.
/// </remarks>
public abstract partial class Actor : Grain, IActorGrain, IRemindable, IObservedActor
{
    private ActorRuntime _runtime = null!;
    private ActorType _type = null!;

    /// <summary>Called by Orleans for each activation.</summary>
    protected Actor()
    {
    }

    /// <summary>Creates an actor without a host, for tests of telemetry.</summary>
    internal Actor(ActorAddress address) => Address = address;

    private protected ActorRuntime Runtime => _runtime;

    /// <summary>The actor's id within its type.</summary>
    protected string Id => Address.Id;

    /// <summary>The actor's address.</summary>
    protected ActorAddress Address { get; private set; }

    /// <summary>The clock of the host.</summary>
    protected TimeProvider Time => _runtime.Clock.Time;

    /// <summary>The message that the actor handles; null while a timer or a reminder runs.</summary>
    protected ActorMessage? CurrentMessage { get; private set; }

    /// <summary>
    /// Runs after the state was loaded, when the actor is activated and after each restart. The actor takes no message before it
    /// has ended: if an actor that it asks asks this one, the ask ends with <c>ERROR deadlock</c> after a few seconds.
    /// </summary>
    /// <param name="cancellationToken">Cancelled if the activation is ended.</param>
    protected virtual Task OnStart(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs before the actor is deactivated.</summary>
    /// <param name="cancellationToken">Cancelled when the time for it is over.</param>
    protected virtual Task OnStop(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Runs when a reminder set by <see cref="SetReminder"/> is due, after the messages queued before it. Like a timer's
    /// work it counts as upkeep (<see cref="SendOptions.IsUpkeep"/>).
    /// </summary>
    /// <param name="name">The reminder's name.</param>
    /// <param name="cancellationToken">Cancelled at <see cref="ActorOptions.HandlerTimeLimit"/>.</param>
    protected virtual Task OnReminder(string name, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends a message and awaits the reply.</summary>
    /// <param name="target">The receiving actor. If it is this actor, the reply is <c>ERROR deadlock</c>.</param>
    /// <param name="type">The message type.</param>
    /// <param name="data">The content; null for none.</param>
    /// <param name="timeout">How long to wait; null for <see cref="ActorOptions.AskTimeout"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
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
        return AskAsync(target, message, limit, cancellationToken);
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

    /// <summary>Sends a message without waiting. If it is refused, it becomes a dead letter.</summary>
    /// <param name="target">The receiving actor; may be this one.</param>
    /// <param name="type">The message type.</param>
    /// <param name="data">The content; null for none.</param>
    /// <param name="timeout">A message that waited longer than this in the queue is dropped; null for never.</param>
    /// <exception cref="ArgumentException">The address is empty.</exception>
    protected void Tell(ActorAddress target, string type, object? data = null, TimeSpan? timeout = null)
    {
        target.ThrowIfNone();
        _runtime.Postman.Tell(target, Stamp(type, data, timeout, expectsReply: false));
    }

    /// <summary>
    /// Sends a message without waiting, as <see cref="Tell"/> does, for work that is resumed: with the correlation and the
    /// trace that were stored with the work, not those of the current message, timer or reminder.
    /// </summary>
    /// <param name="target">The receiving actor; may be this one.</param>
    /// <param name="type">The message type.</param>
    /// <param name="data">The content; null for none.</param>
    /// <param name="correlationId">The correlation id of the work.</param>
    /// <param name="trace">The span that the work continues.</param>
    /// <exception cref="ArgumentException">The address is empty.</exception>
    protected void Resume(ActorAddress target, string type, object? data, Guid correlationId, TraceContext trace)
    {
        target.ThrowIfNone();
        _runtime.Postman.Tell(target, Stamp(type, data, correlationId, trace, timeout: null, expectsReply: false));
    }

    /// <summary>Sends a message for work that is resumed, as <see cref="Resume"/> does, and awaits the reply.</summary>
    /// <param name="target">The receiving actor; not this one.</param>
    /// <param name="type">The message type.</param>
    /// <param name="data">The content; null for none.</param>
    /// <param name="correlationId">The correlation id of the work.</param>
    /// <param name="trace">The span that the work continues.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The reply, which may be an <c>ERROR</c>.</returns>
    /// <exception cref="ArgumentException">The address is empty.</exception>
    /// <exception cref="ActorUnavailableException">The actor could not be reached or started.</exception>
    protected Task<ActorReply> ResumeAsk(
        ActorAddress target, string type, object? data, Guid correlationId, TraceContext trace, CancellationToken cancellationToken)
    {
        target.ThrowIfNone();
        var limit = _runtime.Options.AskTimeout;
        var message = Stamp(type, data, correlationId, trace, limit, expectsReply: true);
        return AskAsync(target, message, limit, cancellationToken);
    }

    /// <summary>
    /// Runs work periodically while the actor is active. It waits in the same queue as messages. It counts as upkeep: the
    /// messages that it sends are not traced, except those sent with <see cref="Resume"/>, unless diagnostics ask for it. An
    /// activation that is replaced because its state is stale drops runs that are due; set timers in <see cref="OnStart"/>.
    /// </summary>
    /// <param name="work">The work; its token is cancelled at <see cref="ActorOptions.HandlerTimeLimit"/>.</param>
    /// <param name="due">The time until the first run.</param>
    /// <param name="period">The time from the end of one run to the next; infinite for a single run.</param>
    /// <returns>Stops the timer when disposed.</returns>
    protected IDisposable SetTimer(Func<CancellationToken, Task> work, TimeSpan due, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(work);
        var armedBy = _runtime.Tracing.ContextOf(CurrentTrace);
        return this.RegisterGrainTimer(
            () => RunOrDropAsync("timer", token => RunInTraceAsync("timer", armedBy, work, token)),
            new GrainTimerCreationOptions { DueTime = due, Period = period, Interleave = true });
    }

    /// <summary>Makes <see cref="OnReminder"/> run periodically, also after the actor was deactivated or its host has stopped.</summary>
    /// <param name="name">The reminder's name; an existing reminder of that name is changed.</param>
    /// <param name="due">The time until the first run.</param>
    /// <param name="period">The time between runs; at least <c>ReminderOptions.MinimumReminderPeriod</c> of Orleans.</param>
    protected Task SetReminder(string name, TimeSpan due, TimeSpan period) =>
        this.RegisterOrUpdateReminder(name, due, period);

    /// <summary>Removes a reminder. Does nothing if it does not exist.</summary>
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
        // Orleans may call this while it holds the lock of the activation, and sending takes the receiver's lock: two actors that
        // send to each other when they start would block two threads for ever.
        await Task.Yield();
        _runtime = ServiceProvider.GetRequiredService<ActorRuntime>();
        _type = _runtime.Types.Of(GetType());
        Address = new ActorAddress(_type.Name, this.GetPrimaryKeyString());
        _turnStarted = _runtime.Clock.Timestamp;
        _isInLifecycle = true;
        if (TurnCosts.IsOn)
        {
            TurnCosts.Enter(TurnKind.Of(_type.Name, TurnKind.Activation));
        }

        TypeTelemetry.Loading.Add(this);
        try
        {
            await (Suspended = StartAsync(cancellationToken));
        }
        catch (Exception e)
        {
            // Orleans does not call OnDeactivateAsync after a failed activation.
            OnActivationFailed(e);
            if (e is ActorErrorException || cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            // Senders on other hosts get this exception. They may not have the type of the original one, or mistake it for their
            // own, such as a TimeoutException.
            _runtime.Logger.ActivationFailed(Address.Type, Address.Id, e);
            if (_runtime.Translate(e) is { } error && !BlamesSender(error))
            {
                throw new ActorErrorException(error with { Message = $"{Address} could not be started: {error.Message}", IsFailure = true });
            }

            throw new ActorStartException($"{Address} could not be started: {FailureText.Of(e)}");
        }

        Suspended = null;
        _isInLifecycle = false;
        OnActivated(_turnStarted);
    }

    /// <inheritdoc/>
    public sealed override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _turnStarted = _runtime.Clock.Timestamp;
        _isInLifecycle = true;
        try
        {
            await (Suspended = OnStop(cancellationToken));
        }
        finally
        {
            Suspended = null;
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
            _runtime.Tracing.Context(CurrentTrace),
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
