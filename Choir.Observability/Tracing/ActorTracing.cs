using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace Choir.Observability;

/// <summary>
/// Creates one span per handled message, always a child of the message's trace context. For a message that is not sampled only
/// one bit is read; its trace ids are passed on all the same. Upkeep starts no trace, unless diagnostics of its actor request it.
/// </summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A throwing listener must not affect message handling.")]
internal sealed class ActorTracing : IDisposable
{
    /// <summary>The attribute that tells the sampler to keep a trace. The name is that of OpenTracing.</summary>
    public const string SamplingPriority = "sampling.priority";

    // The former name in the semantic conventions. Aspire's dashboard shows a messaging span by system, this and destination
    // instead of its name: without it all messages of an actor look alike there.
    private const string LegacyOperation = "messaging.operation";

    // The trace of a turn that no message started and that is not sampled: the messages that it sends share its ids.
    private static readonly AsyncLocal<TurnTrace?> RunningTurn = new();

    private readonly ActivitySource _source = new(TelemetryNames.ActivitySource, typeof(ActorTracing).Assembly.GetName().Version?.ToString(3));

    private readonly DiagnosticOverrides _diagnostics;
    private readonly TimeProvider _time;
    private readonly IDisposable? _changes;
    private double _share;

    public ActorTracing(IOptionsMonitor<ObservabilityOptions> options, DiagnosticOverrides diagnostics, TimeProvider time)
    {
        _diagnostics = diagnostics;
        _time = time;
        _share = options.CurrentValue.TraceShare;
        _changes = options.OnChange(changed => _share = changed.TraceShare);
    }

    /// <summary>The trace context of a message to be sent; empty if there is no trace.</summary>
    /// <param name="cause">The trace context of the message that the sender is handling; empty if there is none.</param>
    public TraceContext Context(in TraceContext cause) =>
        ContextOf(cause) is { IsNone: false } known ? known : RunningTurn.Value?.Context ?? default;

    /// <summary>Whether the running turn was started by no message: all that it sends is upkeep.</summary>
    public bool IsUpkeepTurn => RunningTurn.Value is not null;

    /// <summary>The trace context of the current span, or else that of the message that is handled; empty if there is neither.</summary>
    public TraceContext ContextOf(in TraceContext cause) => Activity.Current is { } activity ? TraceContext.From(activity) : cause;

    /// <summary>Whether a message from outside the cluster, sent without a trace, starts a sampled one.</summary>
    /// <param name="id">The message's id, from <see cref="MessageId"/>: its random bits are the sampling value.</param>
    public bool WantsRoot(Guid id) => _source.HasListeners() && (_share >= 1 || MessageId.SampleFraction(id) < _share);

    /// <summary>Whether a call from outside the cluster, without a trace, starts a sampled one.</summary>
    public bool WantsRoot() => _source.HasListeners() && (_share >= 1 || Random.Shared.NextDouble() < _share);

    /// <summary>Whether no trace is to be started because of who calls from outside the cluster.</summary>
    public bool StartsNone => _share <= 0;

    /// <summary>Starts a trace with the span of sending a message.</summary>
    /// <param name="messageType">The message's type.</param>
    /// <param name="actorType">The target's type.</param>
    public Activity? StartRoot(string messageType, string actorType)
    {
        var before = Activity.Current;
        try
        {
            var name = $"send {messageType}";
            KeyValuePair<string, object?>[] tags =
            [
                .. SamplingTags, new("messaging.system", "choir"), new(LegacyOperation, name), new("messaging.operation.type", "send"),
                new("messaging.destination.name", actorType),
            ];
            return _source.StartActivity(name, ActivityKind.Producer, default(ActivityContext), tags);
        }
        catch (Exception)
        {
            Restore(before);
            return null;
        }
    }

    /// <summary>
    /// Starts the trace of a turn that no message started. It has a span only if diagnostics of the actor request it, because
    /// such turns are upkeep.
    /// </summary>
    /// <param name="what">What started the turn: <c>timer</c>, <c>reminder</c>.</param>
    /// <param name="actor">The actor.</param>
    /// <param name="armedBy">The span that set the timer or reminder; empty if it is not known.</param>
    public Activity? StartTurn(string what, ActorAddress actor, TraceContext armedBy)
    {
        Activity.Current = null;
        var id = MessageId.Create(_time.GetUtcNow());
        RunningTurn.Value = new TurnTrace(TraceContext.Unsampled(id, id));
        if (!(_diagnostics.IsAny && _diagnostics.Samples(actor) && _source.HasListeners()))
        {
            return null;
        }

        try
        {
            KeyValuePair<string, object?>[] tags =
                [new(SamplingPriority, 1), new(TelemetryNames.ActorId, actor.Id), new(TelemetryNames.ActorType, actor.Type)];
            ActivityLink[] links = armedBy.IsNone ? [] : [new ActivityLink(armedBy.ToActivityContext())];
            return _source.StartActivity($"run_{what}", ActivityKind.Internal, default(ActivityContext), tags, links);
        }
        catch (Exception)
        {
            Activity.Current = null;
            return null;
        }
    }

    /// <summary>Whether a message gets a span.</summary>
    /// <param name="isSampled">Whether its trace is sampled.</param>
    /// <param name="actor">The actor that handles it.</param>
    public bool Wants(bool isSampled, IObservedActor actor) =>
        (isSampled || (_diagnostics.IsAny && _diagnostics.Samples(actor.Address))) && _source.HasListeners();

    /// <summary>Starts the span of a message.</summary>
    public Activity? Start<TMessage>(in TMessage message, MessageKind kind, IObservedActor actor, in Turn turn)
        where TMessage : struct, IObservedMessage, allows ref struct
    {
        var trace = message.SenderTrace;
        var parent = trace.IsNone ? TraceContext.Unsampled(message.CorrelationId, message.Id) : trace;

        // The trace of the message is not sampled, but diagnostics of this actor request it.
        KeyValuePair<string, object?>[]? tags = trace.IsSampled ? null : [new(SamplingPriority, 1)];
        return Start(message, kind, actor, turn, parent.ToActivityContext(), tags);
    }

    /// <summary>Starts the span of a message that nobody has traced before: the root of a trace.</summary>
    public Activity? StartRoot<TMessage>(in TMessage message, MessageKind kind, IObservedActor actor, in Turn turn)
        where TMessage : struct, IObservedMessage, allows ref struct => Start(message, kind, actor, turn, default, SamplingTags);

    private Activity? Start<TMessage>(
        in TMessage message, MessageKind kind, IObservedActor actor, in Turn turn, ActivityContext parent, KeyValuePair<string, object?>[]? tags)
        where TMessage : struct, IObservedMessage, allows ref struct
    {
        var before = Activity.Current;
        try
        {
            var span = _source.StartActivity(kind.SpanName, ActivityKind.Consumer, parent, tags);
            if (span is { IsAllDataRequested: true })
            {
                Describe(span, message, kind, actor, turn);
            }

            return span;
        }
        catch (Exception)
        {
            Restore(before);
            return null;
        }
    }

    /// <summary>Adds the result to a span. The caller stops the span.</summary>
    /// <param name="span">The span.</param>
    /// <param name="processing">The time in the handler, in ticks of the clock.</param>
    /// <param name="replyType">The type of the reply.</param>
    /// <param name="error">Why the reply is an error; null if it is none.</param>
    /// <param name="exception">What the handler threw; null if it threw nothing.</param>
    public void End(Activity span, long processing, string replyType, string? error, Exception? exception)
    {
        if (!span.IsAllDataRequested)
        {
            return;
        }

        span.SetTag("processing.time_ms", Milliseconds(processing));
        span.SetTag("response.type", replyType);
        if (error is not null)
        {
            span.SetStatus(ActivityStatusCode.Error, error);
        }

        Describe(span, exception);
    }

    /// <summary>Adds the failure of a turn to a span. The caller stops the span.</summary>
    public void Fail(Activity? span, Exception exception)
    {
        if (span is { IsAllDataRequested: true })
        {
            span.SetStatus(ActivityStatusCode.Error, exception.Message);
            Describe(span, exception);
        }
    }

    public void Stop(Activity? span)
    {
        try
        {
            span?.Dispose();
        }
        catch (Exception)
        {
            // A throwing listener must not affect message handling, and the stopped span must not stay the current one.
            Restore(span!.Parent);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _changes?.Dispose();
        _source.Dispose();
    }

    // A listener threw when the span started, so the caller does not get it to stop it. A stopped span cannot be the current one.
    private static void Restore(Activity? before) => Activity.Current = before is { IsStopped: true } ? null : before;

    // With a TraceShare below 1 the decision is made here; with 1 the sampler decides.
    private KeyValuePair<string, object?>[] SamplingTags => _share < 1 ? [new(SamplingPriority, 1)] : [];

    private static void Describe(Activity span, Exception? exception)
    {
        if (exception is null)
        {
            return;
        }

        span.SetTag("error.type", exception.GetType().FullName);
        try
        {
            span.AddException(exception);
        }
        catch (Exception)
        {
            // A throwing listener must not affect message handling.
        }
    }

    private void Describe<TMessage>(Activity span, in TMessage message, MessageKind kind, IObservedActor actor, in Turn turn)
        where TMessage : struct, IObservedMessage, allows ref struct
    {
        var (type, id) = (kind.ActorType, actor.Address.Id);
        span.AddTag(TelemetryNames.ActorId, id);
        span.AddTag(TelemetryNames.ActorType, type);
        span.AddTag(TelemetryNames.MessageType, kind.MessageType);
        var (messageId, correlationId) = (message.Id.ToString(), message.CorrelationId.ToString());
        span.AddTag("message.id", messageId);
        span.AddTag("message.correlation_id", correlationId);
        if (TMessage.HasQueueAndSize)
        {
            span.AddTag("message.size", message.Size);
            span.AddTag("messaging.message.body.size", message.Size);
        }

        if (turn.IsQueueKnown)
        {
            span.AddTag("message.queue.time_ms", Milliseconds(turn.Queue));
        }

        // The same in the names of the messaging conventions: https://opentelemetry.io/docs/specs/semconv/messaging/
        span.AddTag("messaging.system", "choir");
        span.AddTag(LegacyOperation, kind.MessageType);
        span.AddTag("messaging.operation.type", "process");
        span.AddTag("messaging.operation.name", "process_message");
        span.AddTag("messaging.destination.name", type);
        span.AddTag("messaging.message.id", messageId);
        span.AddTag("messaging.message.conversation_id", correlationId);
    }

    private sealed record TurnTrace(TraceContext Context);

    private double Milliseconds(long ticks) => ticks * 1_000.0 / _time.TimestampFrequency;
}
