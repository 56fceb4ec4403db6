using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Choir.Actors.Messaging;
using Microsoft.Extensions.Options;

namespace Choir.Actors.Telemetry;

/// <summary>
/// One span a message handled, always a child of the message's context. A message whose trace is not kept costs a look at
/// one bit; its ids travel on all the same. Upkeep begins no trace, unless diagnostics of its actor ask for one.
/// </summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A listener that throws must not disturb a message.")]
internal sealed class ActorTracing : IDisposable
{
    /// <summary>
    /// Tells a sampler that the decision to keep a trace is made already. The name is the one that OpenTracing gave it.
    /// </summary>
    public const string SamplingPriority = "sampling.priority";

    /// <summary>
    /// The conventions' earlier name of an operation. Aspire's dashboard shows a message by system, this and destination, and
    /// not by the span's name: without it all messages of an actor look alike there.
    /// </summary>
    private const string LegacyOperation = "messaging.operation";

    private static readonly AsyncLocal<TurnTrace?> RunningTurn = new();

    private readonly ActivitySource _source = new(TelemetryNames.ActivitySource, typeof(ActorTracing).Assembly.GetName().Version?.ToString(3));

    private readonly DiagnosticOverrides _diagnostics;
    private readonly ProcessClock _clock;
    private readonly IDisposable? _changes;
    private double _share;

    public ActorTracing(IOptionsMonitor<ActorOptions> options, DiagnosticOverrides diagnostics, ProcessClock clock)
    {
        _diagnostics = diagnostics;
        _clock = clock;
        _share = options.CurrentValue.TraceShare;
        _changes = options.OnChange(changed => _share = changed.TraceShare);
    }

    /// <summary>What a message is sent with; empty where no trace is at work.</summary>
    /// <param name="cause">The message in the sender's hands; null where there is none.</param>
    public TraceContext Context(ActorMessage? cause) =>
        ContextOf(cause) is { IsNone: false } known ? known : RunningTurn.Value?.Context ?? default;

    /// <summary>Whether a turn is running that no message began: all that it causes is upkeep.</summary>
    public bool IsUpkeepTurn => RunningTurn.Value is not null;

    /// <summary>The trace that is at work: the running span's, or else the message's; empty where there is neither.</summary>
    public TraceContext ContextOf(ActorMessage? cause) =>
        Activity.Current is { } activity ? TraceContext.From(activity)
        : cause is not null ? cause.SenderTrace
        : default;

    /// <summary>Whether a message from outside, with no trace around it, begins one that is kept.</summary>
    /// <param name="id">The message's id, of <see cref="MessageId"/>: its random bits are the lot that is drawn.</param>
    public bool WantsRoot(Guid id) => _source.HasListeners() && (_share >= 1 || MessageId.SampleFraction(id) < _share);

    /// <summary>Begins a trace with the sending of a message.</summary>
    /// <param name="messageType">The message's type.</param>
    /// <param name="actorType">The type of the actor that it goes to.</param>
    public Activity? StartRoot(string messageType, string actorType)
    {
        try
        {
            var name = $"send {messageType}";
            KeyValuePair<string, object?>[] tags =
            [
                .. Decision, new("messaging.system", "choir"), new(LegacyOperation, name), new("messaging.operation.type", "send"),
                new("messaging.destination.name", actorType),
            ];
            return _source.StartActivity(name, ActivityKind.Producer, default(ActivityContext), tags);
        }
        catch (Exception)
        {
            Activity.Current = null;
            return null;
        }
    }

    /// <summary>
    /// Begins the trace of a turn that no message began, where diagnostics of the actor ask for it. Otherwise nobody keeps it:
    /// it is upkeep.
    /// </summary>
    /// <param name="what">What began it: <c>timer</c>, <c>reminder</c>.</param>
    /// <param name="actor">Whose turn it is.</param>
    /// <param name="armedBy">The span that saw to it that this happens; empty where that is not known.</param>
    public Activity? StartTurn(string what, ActorAddress actor, TraceContext armedBy)
    {
        Activity.Current = null;
        var id = MessageId.Create(_clock.Time.GetUtcNow());
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

    /// <summary>Whether a span of a message is wanted.</summary>
    public bool Wants(ActorMessage message, Actor actor) =>
        (message.SenderTrace.IsSampled || (_diagnostics.IsAny && _diagnostics.Samples(actor.AddressOf))) && _source.HasListeners();

    /// <summary>Begins the span of a message's handling.</summary>
    public Activity? Start(ActorMessage message, MessageKind kind, Actor actor, in Turn turn)
    {
        try
        {
            // Said beforehand where the message's own trace is not kept but this actor is being looked at.
            KeyValuePair<string, object?>[]? tags = message.SenderTrace.IsSampled ? null : [new(SamplingPriority, 1)];
            var span = _source.StartActivity(kind.SpanName, ActivityKind.Consumer, message.TraceContext.ToActivityContext(), tags);
            if (span is { IsAllDataRequested: true })
            {
                Describe(span, message, kind, actor, turn);
            }

            return span;
        }
        catch (Exception)
        {
            Activity.Current = null;
            return null;
        }
    }

    /// <summary>Says how the handling ended. The caller stops the span.</summary>
    public void End(Activity span, long processing, ActorReply reply, Exception? exception)
    {
        if (!span.IsAllDataRequested)
        {
            return;
        }

        span.SetTag("processing.time_ms", Milliseconds(processing));
        span.SetTag("response.type", reply.Type);
        if (reply.IsError)
        {
            span.SetStatus(ActivityStatusCode.Error, reply.ErrorMessage());
        }

        Describe(span, exception);
    }

    /// <summary>Says that a turn failed. The caller stops the span.</summary>
    public void Fail(Activity? span, Exception exception)
    {
        if (span is { IsAllDataRequested: true })
        {
            span.SetStatus(ActivityStatusCode.Error, exception.Message);
            Describe(span, exception);
        }
    }

    /// <summary>Ends a span.</summary>
    public void Stop(Activity? span)
    {
        try
        {
            span?.Dispose();
        }
        catch (Exception)
        {
            // It is the listener's loss, but whoever goes on here must not go on in this span.
            Activity.Current = span!.Parent;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _changes?.Dispose();
        _source.Dispose();
    }

    /// <summary>
    /// Says to the sampler that a trace is kept, where the share of <see cref="ActorOptions.TraceShare"/> has decided that;
    /// with a share of 1 the sampler decides.
    /// </summary>
    private KeyValuePair<string, object?>[] Decision => _share < 1 ? [new(SamplingPriority, 1)] : [];

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
            // A listener that is told of it has failed.
        }
    }

    private void Describe(Activity span, ActorMessage message, MessageKind kind, Actor actor, in Turn turn)
    {
        var (type, id) = (kind.ActorType, actor.AddressOf.Id);
        span.AddTag(TelemetryNames.ActorId, id);
        span.AddTag(TelemetryNames.ActorType, type);
        span.AddTag(TelemetryNames.MessageType, kind.MessageType);
        var (messageId, correlationId) = (message.Id.ToString(), message.CorrelationId.ToString());
        span.AddTag("message.id", messageId);
        span.AddTag("message.correlation_id", correlationId);
        span.AddTag("message.size", message.Data.Length);
        span.AddTag("message.queue.time_ms", Milliseconds(turn.Queue));

        // The messaging conventions' names for the same: https://opentelemetry.io/docs/specs/semconv/messaging/
        span.AddTag("messaging.system", "choir");
        span.AddTag(LegacyOperation, kind.MessageType);
        span.AddTag("messaging.operation.type", "process");
        span.AddTag("messaging.operation.name", "process_message");
        span.AddTag("messaging.destination.name", type);
        span.AddTag("messaging.message.id", messageId);
        span.AddTag("messaging.message.conversation_id", correlationId);
        span.AddTag("messaging.message.body.size", message.Data.Length);
    }

    /// <summary>The trace of a turn that no message began and whose span nobody keeps: its messages belong together all the same.</summary>
    private sealed record TurnTrace(TraceContext Context);

    private double Milliseconds(long ticks) => ticks * 1_000.0 / _clock.Time.TimestampFrequency;
}
