using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Choir.Observability;

/// <summary>
/// Counts what happens to actors and messages in this process. None of the methods that are called for a message throws,
/// blocks, or allocates.
/// </summary>
internal sealed class ActorTelemetry : IDisposable
{
    private const int StateChangeCapacity = 8_192;
    private const long HotTablesMemory = 10 * ((HotActors.Capacity * 8) + 128);

    private readonly TimeProvider _time;
    private readonly ActorMetrics _metrics;
    private readonly RecentLogs _logs;
    private readonly MessageHistograms _histograms;
    private readonly double _microsecondsPerTick;
    private readonly Lock _gate = new();
    private MessageKind[] _kinds = [];
    private TypeTelemetry[] _types = [];
    private long _unknownQueueTimes;
    private volatile bool _isDisposed;

    public ActorTelemetry(TimeProvider time, IOptions<ObservabilityOptions> options, IMeterFactory meters, ILogger<ActorTelemetry> logger, RecentLogs logs)
    {
        _time = time;
        _logs = logs;
        Frequency = time.TimestampFrequency;
        _microsecondsPerTick = 1e6 / Frequency;
        Windows = new WindowClock(time);
        Layout = new CellLayout(Buckets.OfTime(Frequency), Buckets.OfSize());
        Cells = new CellRegistry(Layout);
        Numbers = new KindNumbers(Windows);
        Deadlocks = new DeadlockList(time);
        Recorder = new FlightRecorder(options.Value.FlightRecorderCapacity);
        Recent = new FlowWindow(this, time);
        _metrics = new ActorMetrics(this, meters, time, logger);
        _histograms = _metrics.Histograms;
    }

    /// <summary>The frequency of the clock, in ticks per second.</summary>
    public long Frequency { get; }

    public WindowClock Windows { get; }

    public CellLayout Layout { get; }

    public CellRegistry Cells { get; }

    /// <summary>Numbers the message kinds of this host.</summary>
    public KindNumbers Numbers { get; }

    public FlowTable Flow { get; } = new();

    /// <summary>The counts of <see cref="Flow"/> over the last minute.</summary>
    public FlowWindow Recent { get; }

    public SentKinds Sent { get; } = new();

    public AskTable Asks { get; } = new();

    public FlightRecorder Recorder { get; }

    public StateChanges StateChanges { get; } = new(StateChangeCapacity);

    public DeadlockList Deadlocks { get; }

    /// <summary>The host's actor types; empty in a client.</summary>
    public IReadOnlyList<TypeTelemetry> Types => Volatile.Read(ref _types);

    /// <summary>Those of them that are types of actors, not of ordinary grains.</summary>
    public IEnumerable<TypeTelemetry> ActorTypes => Types.Where(type => !type.IsGrain);

    /// <summary>The host's message kinds; empty in a client.</summary>
    public ReadOnlySpan<MessageKind> Kinds => Volatile.Read(ref _kinds);

    public ActorMetrics Metrics => _metrics;

    /// <summary>The memory of telemetry, in bytes, without the 64 bytes in each actor.</summary>
    public long Memory =>
        Cells.Memory + Recorder.Memory + StateChanges.Memory + Recent.Memory + _logs.Memory
        + Types.Sum(type => HotTablesMemory + type.Live.Memory + type.InFlight.Memory)
        + (_kinds.Length * SlowMessages.Memory);

    /// <summary>Messages of other processes whose queue time is not recorded, because their clocks disagree.</summary>
    public long UnknownQueueTimes => Interlocked.Read(ref _unknownQueueTimes);

    /// <summary>Whether it has ended: nothing can be counted any more.</summary>
    public bool IsDisposed => _isDisposed;

    /// <summary>Registers types and kinds of the host, before their first message.</summary>
    public void Register(IEnumerable<TypeTelemetry> types, IEnumerable<MessageKind> kinds)
    {
        lock (_gate)
        {
            MessageKind[] added = [.. kinds.OrderBy(kind => kind.Index)];
            Volatile.Write(ref _kinds, [.. _kinds, .. added]);
            Volatile.Write(ref _types, [.. _types, .. types]);
            Array.ForEach(added, _histograms.Add);
        }

        TurnCostSource.Create();
    }

    /// <summary>Counts a message that was handled, or refused at its turn or before.</summary>
    /// <param name="cells">The cells of the calling thread.</param>
    /// <param name="actor">The actor.</param>
    /// <param name="kind">The kind of the message.</param>
    /// <param name="message">The message.</param>
    /// <param name="turn">The start of its turn.</param>
    /// <param name="end">The end of its turn.</param>
    public void Handled<TMessage>(ThreadCells cells, IObservedActor actor, MessageKind kind, in TMessage message, in Turn turn, in TurnEnd end)
        where TMessage : struct, IObservedMessage, allows ref struct
    {
        var id = actor.Address.Id;
        var size = message.Size;
        var outcome = end.Outcome;
        var processing = Math.Max(0, end.At - turn.Started);
        var edge = kind.EdgeFrom(Flow, message.Source);
        var counts = cells.OfEdge(edge);
        counts[(int)outcome]++;
        if (message.ExpectsReply && edge.Asked != AskOrder.Both)
        {
            Flow.MarkAsk(edge, message.Sender, id);
        }

        if (outcome != Outcome.Rejected || end.IsRefusedByHandler)
        {
            if (turn.IsQueueKnown || !TMessage.HasQueueAndSize)
            {
                counts[Outcomes.Count + LatencyBuckets.IndexOf((long)((turn.Queue + processing) * _microsecondsPerTick))]++;
                counts[FlowEdge.QueueSum] += turn.Queue;
                counts[FlowEdge.ProcessingSum] += processing;
            }

            Count<TMessage>(cells.OfKind(kind), kind, size, turn, processing, end.IsTraced);
            actor.TypeTelemetry.Hot.Handled(actor, processing, outcome.IsFailure(), kind.IsCall);
            if (outcome == Outcome.Ok && message.TakeAsk(this))
            {
                CountAsk(cells, edge, turn.Queue + processing);
            }
        }

        ref var record = ref Recorder.Next(cells, out var sequence);
        record.MessageId = message.Id;
        record.CorrelationId = message.CorrelationId;
        record.CausationId = message.CausationId;
        record.SenderTrace = message.SenderTrace;
        record.Started = turn.Started;
        record.Queue = turn.IsQueueKnown ? turn.Queue : MessageRecord.UnknownQueue;
        record.Processing = processing;
        record.Edge = edge;
        record.ActorId = id;
        record.SenderId = message.Sender.Id;
        record.Error = end.Error;
        record.Size = size;
        record.Outcome = outcome;
        record.IsUpkeep = message.IsUpkeep;
        Recorder.Written(ref record, sequence, outcome.IsFailure());
        if (processing > kind.Slowest.Threshold)
        {
            kind.Slowest.Offer(record);
        }
    }

    public void Deadlocked(MessageKind kind, string[] path) => Deadlocks.Add(kind.ActorType, kind.MessageType, path);

    /// <summary>Counts a dead letter. Type names that the host does not know are counted as <see cref="MessageKind.Unknown"/>.</summary>
    public void DeadLettered(string actorType, string messageType, string reason)
    {
        var kind = Array.Find(_kinds, kind => kind.ActorType == actorType && kind.MessageType == messageType);
        var isType = kind is not null || Types.Any(type => type.Name == actorType);
        _metrics.DeadLetters.IncrementSafely(
            new(TelemetryNames.ActorType, isType ? actorType : MessageKind.Unknown),
            new(TelemetryNames.MessageType, kind is null ? MessageKind.Unknown : messageType),
            new(TelemetryNames.Reason, reason));
    }

    /// <summary>Counts a message that expects no reply and whose deadline passed before its sender got an acknowledgement.</summary>
    /// <param name="source">The sender's type; null outside the cluster.</param>
    /// <param name="actorType">The target's type, which the cluster has.</param>
    /// <param name="messageType">The message type; <see cref="MessageKind.Unknown"/> if the target's type does not take it.</param>
    public void Unacknowledged(string? source, string actorType, string messageType)
    {
        var kind = Array.Find(_kinds, kind => kind.ActorType == actorType && kind.MessageType == messageType)
            ?? Sent.Of(actorType, messageType);
        Cells.Current().OfEdge(kind.EdgeFrom(Flow, source))[(int)Outcome.Unknown]++;
    }

    /// <summary>Counts an ask that has ended at its sender and was not counted in <see cref="Handled"/>.</summary>
    /// <param name="source">The sender's type; null outside the cluster.</param>
    /// <param name="target">The target's type.</param>
    /// <param name="sent">When it was sent, in ticks of the clock.</param>
    /// <param name="outcome">The outcome.</param>
    public void Asked(string? source, string target, long sent, Outcome outcome) =>
        Asked(Asks.FirstOf(source ?? TelemetryNames.Gateway, target), sent, outcome);

    /// <inheritdoc cref="Asked(string?, string, long, Outcome)"/>
    /// <param name="first">The first series of the sender's and the target's type in <see cref="Asks"/>.</param>
    /// <param name="sent">When it was sent, in ticks of the clock.</param>
    /// <param name="outcome">The outcome.</param>
    public void Asked(int first, long sent, Outcome outcome) =>
        CountAsk(Cells.Current(), first + (int)outcome, Math.Max(0, _time.GetTimestamp() - sent));

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        _metrics.Dispose();
        Cells.Dispose();
    }

    // If sender and actor are in one process, the ask is counted at the end of the handler: see docs/decisions/2026-11-24-ask-time-of-one-process.md.
    private void CountAsk(ThreadCells cells, FlowEdge edge, long time)
    {
        if (edge.Asks < 0)
        {
            edge.Asks = Asks.Of(edge.Source, edge.Kind.ActorType, Outcome.Ok);
        }

        CountAsk(cells, edge.Asks, time);
    }

    private void CountAsk(ThreadCells cells, int series, long time)
    {
        if (_histograms.AskTime.IsDirect)
        {
            _histograms.AskTime.Instrument.RecordSafely((double)time / Frequency, Asks.All[series].Tags);
        }
        else
        {
            CellHistogram.Add(cells.OfAsk(series), 0, Layout.Times, time);
        }
    }

    private void Count<TMessage>(long[] cells, MessageKind kind, int size, in Turn turn, long processing, bool isTraced)
        where TMessage : IObservedMessage, allows ref struct
    {
        if (isTraced | _histograms.IsAnyDirect | (TMessage.HasQueueAndSize & !turn.IsQueueKnown))
        {
            Record<TMessage>(cells, kind, size, turn, processing, isTraced);
            return;
        }

        CellHistogram.Add(cells, Layout.Processing, Layout.Times, processing);
        if (!TMessage.HasQueueAndSize)
        {
            return;
        }

        CellHistogram.Add(cells, Layout.Queue, Layout.Times, turn.Queue);
        CellHistogram.Add(cells, Layout.Size, Layout.Sizes, size);
    }

    private void Record<TMessage>(long[] cells, MessageKind kind, int size, in Turn turn, long processing, bool isTraced)
        where TMessage : IObservedMessage, allows ref struct
    {
        // The SDK takes the current span of a traced message as an exemplar.
        if (isTraced || _histograms.Processing.IsDirect)
        {
            _histograms.Processing.Instrument.RecordSafely((double)processing / Frequency, kind.Tags);
        }
        else
        {
            CellHistogram.Add(cells, Layout.Processing, Layout.Times, processing);
        }

        if (!TMessage.HasQueueAndSize)
        {
            return;
        }

        if (!turn.IsQueueKnown)
        {
            Interlocked.Increment(ref _unknownQueueTimes);
        }
        else if (_histograms.QueueTime.IsDirect)
        {
            _histograms.QueueTime.Instrument.RecordSafely((double)turn.Queue / Frequency, kind.Tags);
        }
        else
        {
            CellHistogram.Add(cells, Layout.Queue, Layout.Times, turn.Queue);
        }

        if (_histograms.Size.IsDirect)
        {
            _histograms.Size.Instrument.RecordSafely(size, kind.Tags);
        }
        else
        {
            CellHistogram.Add(cells, Layout.Size, Layout.Sizes, size);
        }
    }
}
