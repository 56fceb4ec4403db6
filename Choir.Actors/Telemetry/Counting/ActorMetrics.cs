using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Choir.Actors.Telemetry;

/// <summary>The instruments of actors and messages. What they mean stands with each; the names are the catalogue's.</summary>
/// <remarks>
/// Only rare events are recorded as they happen. All that is counted for every message is observed: summed up over the
/// threads when somebody collects.
/// </remarks>
internal sealed class ActorMetrics : IDisposable
{
    private readonly ActorTelemetry _telemetry;
    private readonly ILogger _logger;
    private readonly Meter _meter;
    private readonly Lock _handOver = new();
    private readonly Dictionary<(int Kind, int Offset), HistogramSeries> _ofKinds = [];
    private readonly List<HistogramSeries> _ofAsks = [];
    private bool _isRefused;

    public ActorMetrics(ActorTelemetry telemetry, IMeterFactory meters, ILogger logger)
    {
        _logger = logger;
        _telemetry = telemetry;
        _meter = meters.Create(TelemetryNames.Meter);
        Processing = Times("actor.message.processing", "Time in the handler of a message.");
        QueueTime = Times("message.queue.time", "Time from a message's being sent to its handler's begin. Across hosts it includes the transport.");
        Size = Sizes("message.size", "Size of a message's data.");
        AskTime = Times("ask.time", "Time from asking to the reply at the sender; to the end of the handler where both are in one process.");
        ActivationTime = Times("actor.activation.time", "Time to bring an actor into memory, its state included.");
        StateSize = Sizes("actor.state.size", "Size of an actor's state, on each write.");
        DeadLetters = _meter.CreateCounter<long>("message.dead_letters", "{message}", "Messages that nobody handled and nobody was told about.");
        ObserveLifecycle();
        ObserveMessages();
    }

    /// <summary>Time in the handler, in seconds.</summary>
    public Histogram<double> Processing { get; }

    /// <summary>Time from being sent to the handler's begin, in seconds.</summary>
    public Histogram<double> QueueTime { get; }

    /// <summary>Size of a message's data, in bytes.</summary>
    public Histogram<double> Size { get; }

    /// <summary>Time from asking to the reply, in seconds.</summary>
    public Histogram<double> AskTime { get; }

    /// <summary>Time to bring an actor into memory, in seconds.</summary>
    public Histogram<double> ActivationTime { get; }

    /// <summary>Size of an actor's state on a write, in bytes.</summary>
    public Histogram<double> StateSize { get; }

    /// <summary>Messages that nobody handled.</summary>
    public Counter<long> DeadLetters { get; }

    /// <summary>Whether histograms have to be recorded value by value: somebody listens, but nobody takes them in bulk.</summary>
    public bool IsDirect => (_isRefused || !BulkProvider.IsAny) && Processing.Enabled;

    /// <summary>The meter, for instruments that need more than this.</summary>
    public Meter Meter => _meter;

    /// <summary>Prepares the series of message kinds.</summary>
    public void Know(IEnumerable<MessageKind> kinds)
    {
        var layout = _telemetry.Layout;
        foreach (var kind in kinds)
        {
            Add(Processing, kind, layout.Processing, layout.Times);
            Add(QueueTime, kind, layout.Queue, layout.Times);
            Add(Size, kind, layout.Size, layout.Sizes);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    /// <summary>How many messages of a kind there were, whatever became of them.</summary>
    internal long Handled(MessageKind kind)
    {
        long sum = 0;
        foreach (var edge in kind.Edges)
        {
            for (var outcome = 0; outcome < Outcomes.Count; outcome++)
            {
                sum += Sum(edge, outcome);
            }
        }

        return sum;
    }

    /// <summary>The sum of an edge's cells over all threads.</summary>
    internal long Sum(FlowEdge edge, int cell)
    {
        long sum = 0;
        foreach (var cells in _telemetry.Cells.All)
        {
            if (cells.EdgeOrNull(edge.Index) is { } counts)
            {
                sum += Volatile.Read(ref counts[cell]);
            }
        }

        return sum;
    }

    private Histogram<double> Times(string name, string description) =>
        _meter.CreateHistogram(name, "s", description, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets.Seconds });

    private Histogram<double> Sizes(string name, string description) =>
        _meter.CreateHistogram(name, "By", description, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets.Bytes });

    private void ObserveLifecycle()
    {
        _meter.CreateObservableUpDownCounter(
            "actor.count", () => OfTypes(type => type.Live.Count), "{actor}", "Actors in memory.");
        _meter.CreateObservableCounter(
            "actor.created", () => OfTypes(type => type.Created), "{actor}", "Actors brought into memory.");
        _meter.CreateObservableCounter(
            "actor.destroyed", Destroyed, "{actor}", "Actors that left memory, by reason: idle, deactivated, restarted, failed, shutdown.");
        _meter.CreateObservableCounter(
            "actor.restarts", () => OfTypes(type => type.Restarts), "{restart}", "Restarts of actors from their stored state.");
        _meter.CreateObservableUpDownCounter(
            "actor.state.total_size", () => OfTypes(type => type.StateSize), "By", "Size of the states of all actors in memory.");
        _meter.CreateObservableCounter(
            "actor.state.changes", StateChanges, "{change}", "Changes of a top-level key of an actor's state.");
        _meter.CreateObservableCounter(
            "actor.state.conflicts", () => OfTypes(type => type.Conflicts), "{conflict}",
            "Writes of a stale activation that were refused: a sign of a duplicate activation.");
        _meter.CreateObservableGauge(
            "actor.telemetry.memory", HandOverAndMeasure, "By", "Memory that the telemetry of actors holds.");
    }

    private void ObserveMessages()
    {
        _meter.CreateObservableCounter(
            "actor.messages", Messages, "{message}", "Messages by outcome: ok, error, rejected, timeout; unknown where a sender that waits for no reply heard nothing in time, whatever became of it.");
        _meter.CreateObservableCounter(
            "message.flow", Flow, "{message}", "Messages by the type of the actor that sent them.");
        _meter.CreateObservableGauge(
            "message.queue.length", () => OfTypes(type => type.QueueLength), "{message}", "Messages that wait, at all actors of a type.");
        _meter.CreateObservableGauge(
            "message.queue.longest", () => OfTypes(LongestQueue), "{message}", "Messages that wait at the actor with the longest line.");
    }

    private IEnumerable<Measurement<long>> OfTypes(Func<TypeTelemetry, long> value)
    {
        foreach (var type in _telemetry.Types)
        {
            yield return new Measurement<long>(value(type), type.Tag);
        }
    }

    /// <summary>Messages that wait at the actor of a type with the longest line.</summary>
    internal static long LongestQueue(TypeTelemetry type) =>
        type.QueueLength == 0 ? 0 : type.Hot.Top(HotIndicator.QueueLength).FirstOrDefault()?.QueueLength ?? 0;

    private IEnumerable<Measurement<long>> Destroyed()
    {
        foreach (var type in _telemetry.Types)
        {
            for (var reason = 0; reason < TypeTelemetry.DestroyReasons.Length; reason++)
            {
                yield return new Measurement<long>(
                    type.Destroyed(reason), type.Tag, new(TelemetryNames.Reason, TypeTelemetry.DestroyReasons[reason]));
            }
        }
    }

    private IEnumerable<Measurement<long>> StateChanges()
    {
        foreach (var type in _telemetry.Types)
        {
            foreach (var (key, count) in type.Changes)
            {
                yield return new Measurement<long>(count, type.Tag, new(TelemetryNames.StateKey, key));
            }
        }
    }

    private List<Measurement<long>> Messages()
    {
        var measurements = new List<Measurement<long>>();
        foreach (MessageKind kind in (MessageKind[])[.. _telemetry.Kinds, .. _telemetry.Sent.All])
        {
            for (var outcome = Outcome.Ok; outcome <= Outcome.Unknown; outcome++)
            {
                long sum = 0;
                foreach (var edge in kind.Edges)
                {
                    sum += Sum(edge, (int)outcome);
                }

                // The two usual ones are there from the start, so that the first step of a failing type can be seen.
                if (sum > 0 || (outcome <= Outcome.Error && kind.MessageType != MessageKind.Unknown && kind.Index != SentKinds.NoIndex))
                {
                    measurements.Add(new(sum, kind.Tags[0], kind.Tags[1], new(TelemetryNames.Outcome, outcome.Name())));
                }
            }
        }

        return measurements;
    }

    private List<Measurement<long>> Flow()
    {
        var measurements = new List<Measurement<long>>();
        foreach (var edge in _telemetry.Flow.All)
        {
            for (var outcome = Outcome.Ok; outcome <= Outcome.Unknown; outcome++)
            {
                if (Sum(edge, (int)outcome) is var sum and > 0)
                {
                    measurements.Add(new(
                        sum,
                        new(TelemetryNames.SourceType, edge.Source), edge.Kind.Tags[0], edge.Kind.Tags[1],
                        new(TelemetryNames.Outcome, outcome.Name())));
                }
            }
        }

        return measurements;
    }

    private void Add(Histogram<double> histogram, MessageKind kind, int offset, Buckets buckets) =>
        _ofKinds[(kind.Index, offset)] = new HistogramSeries(histogram, buckets, kind.Tags, total =>
        {
            foreach (var cells in _telemetry.Cells.All)
            {
                if (cells.KindOrNull(kind.Index) is { } counted)
                {
                    CellHistogram.AddTo(total, counted, offset, buckets);
                }
            }
        });

    /// <summary>
    /// A collection asks every observable instrument before it looks at the histograms: so this is where they get what was
    /// counted.
    /// </summary>
    private long HandOverAndMeasure()
    {
        HandOver();
        return _telemetry.Memory;
    }

    private void HandOver()
    {
        lock (_handOver)
        {
            if (_isRefused || !BulkProvider.IsAny)
            {
                return;
            }

            KnowAsks();
            var layout = _telemetry.Layout;
            var providers = BulkProvider.All();
            _isRefused = providers is null || !providers.All(provider =>
                provider.Accepts(Processing, layout.Times.Bounds) && provider.Accepts(QueueTime, layout.Times.Bounds)
                && provider.Accepts(Size, layout.Sizes.Bounds) && provider.Accepts(AskTime, layout.Times.Bounds));
            if (_isRefused)
            {
                _logger.HistogramsRecordedSingly();
            }

            foreach (var series in _ofKinds.Values.Concat(_ofAsks))
            {
                if (_isRefused)
                {
                    series.Replay();
                }
                else
                {
                    series.HandOver(providers!);
                }
            }
        }
    }

    private void KnowAsks()
    {
        foreach (var ask in _telemetry.Asks.All[_ofAsks.Count..])
        {
            var number = _ofAsks.Count;
            _ofAsks.Add(new HistogramSeries(AskTime, _telemetry.Layout.Times, ask.Tags, total =>
            {
                foreach (var cells in _telemetry.Cells.All)
                {
                    if (cells.AskOrNull(number) is { } counted)
                    {
                        CellHistogram.AddTo(total, counted, 0, _telemetry.Layout.Times);
                    }
                }
            }));
        }
    }
}
