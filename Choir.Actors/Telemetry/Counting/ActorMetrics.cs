using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Choir.Actors.Telemetry;

/// <summary>The instruments of actors and messages.</summary>
/// <remarks>
/// Only rare events are recorded as they happen. What is counted for every message is observed: the counts of all threads
/// are summed up when a reader collects.
/// </remarks>
internal sealed class ActorMetrics : IDisposable
{
    private readonly ActorTelemetry _telemetry;
    private readonly ILogger _logger;
    private readonly Lock _flush = new();
    private readonly Dictionary<(int Kind, int Offset), HistogramSeries> _kindSeries = [];
    private readonly List<HistogramSeries> _askSeries = [];
    private bool _bulkIsUnsupported;

    public ActorMetrics(ActorTelemetry telemetry, IMeterFactory meters, ILogger logger)
    {
        _logger = logger;
        _telemetry = telemetry;
        Meter = meters.Create(TelemetryNames.Meter);
        Processing = Meter.CreateSecondsHistogram("actor.message.processing", "Time in the handler of a message.");
        QueueTime = Meter.CreateSecondsHistogram(
            "message.queue.time", "Time from sending a message to the start of its handler. Between hosts it includes the transport.");
        Size = CreateSizes("message.size", "Size of a message's data.");
        AskTime = Meter.CreateSecondsHistogram(
            "ask.time", "Time from asking to the reply, at the sender; to the end of the handler if both are in one process.");
        ActivationTime = Meter.CreateSecondsHistogram("actor.activation.time", "Time to activate an actor, including reading its state.");
        StateSize = CreateSizes("actor.state.size", "Size of an actor's state, on each write.");
        DeadLetters = Meter.CreateCounter<long>(
            "message.dead_letters", "{message}", "Messages that were not handled and whose sender was not told.");
        ObserveLifecycle();
        ObserveMessages();
    }

    public Histogram<double> Processing { get; }

    public Histogram<double> QueueTime { get; }

    public Histogram<double> Size { get; }

    public Histogram<double> AskTime { get; }

    public Histogram<double> ActivationTime { get; }

    public Histogram<double> StateSize { get; }

    public Counter<long> DeadLetters { get; }

    /// <summary>Whether histograms must be recorded value by value: a reader listens that does not take them in bulk.</summary>
    public bool IsDirect => (_bulkIsUnsupported || !BulkProvider.IsAny) && Processing.Enabled;

    public Meter Meter { get; }

    /// <summary>Prepares the series of message kinds.</summary>
    public void Register(IEnumerable<MessageKind> kinds)
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
    public void Dispose() => Meter.Dispose();

    /// <summary>The number of messages of a kind, with any outcome.</summary>
    internal long CountOf(MessageKind kind)
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

    /// <summary>The sum of a cell of an edge over all threads.</summary>
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

    internal static long LongestQueue(TypeTelemetry type) =>
        type.QueueLength == 0 ? 0 : type.Hot.Top(HotIndicator.QueueLength).FirstOrDefault()?.QueueLength ?? 0;

    private Histogram<double> CreateSizes(string name, string description) =>
        Meter.CreateHistogram(name, "By", description, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets.Bytes });

    private void ObserveLifecycle()
    {
        Meter.CreateObservableUpDownCounter(
            "actor.count", () => OfTypes(type => type.Live.Count), "{actor}", "Actors in memory.");
        Meter.CreateObservableCounter(
            "actor.created", () => OfTypes(type => type.Created), "{actor}", "Actors activated.");
        Meter.CreateObservableCounter(
            "actor.destroyed", Destroyed, "{actor}", "Actors deactivated, by reason: idle, deactivated, restarted, failed, shutdown.");
        Meter.CreateObservableCounter(
            "actor.restarts", () => OfTypes(type => type.Restarts), "{restart}", "Restarts of actors from their stored state.");
        Meter.CreateObservableUpDownCounter(
            "actor.state.total_size", () => OfTypes(type => type.StateSize), "By", "Size of the states of all actors in memory.");
        Meter.CreateObservableCounter(
            "actor.state.changes", StateChanges, "{change}", "Changes of a top-level key of an actor's state.");
        Meter.CreateObservableCounter(
            "actor.state.conflicts", () => OfTypes(type => type.Conflicts), "{conflict}",
            "State writes refused because another activation had written: a sign of a duplicate activation.");
        Meter.CreateObservableGauge(
            "actor.telemetry.memory", FlushAndMeasure, "By", "Memory used by the telemetry of actors.");
    }

    private void ObserveMessages()
    {
        Meter.CreateObservableCounter(
            "actor.messages", Messages, "{message}",
            "Messages by outcome: ok, error, rejected, timeout; unknown if a sender that expects no reply got no acknowledgement in time.");
        Meter.CreateObservableCounter(
            "message.flow", Flow, "{message}", "Messages by the type of the actor that sent them.");
        Meter.CreateObservableGauge(
            "message.queue.length", () => OfTypes(type => type.QueueLength), "{message}", "Messages waiting at all actors of a type.");
        Meter.CreateObservableGauge(
            "message.queue.longest", () => OfTypes(LongestQueue), "{message}", "Longest queue of any actor of a type.");
    }

    private IEnumerable<Measurement<long>> OfTypes(Func<TypeTelemetry, long> value)
    {
        foreach (var type in _telemetry.Types)
        {
            yield return new Measurement<long>(value(type), type.Tag);
        }
    }

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

                // Ok and error are exported as zero from the start, so that increase() sees the first failure of a type.
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
        _kindSeries[(kind.Index, offset)] = new HistogramSeries(histogram, buckets, kind.Tags, total =>
        {
            foreach (var cells in _telemetry.Cells.All)
            {
                if (cells.KindOrNull(kind.Index) is { } counts)
                {
                    CellHistogram.AddTo(total, counts, offset, buckets);
                }
            }
        });

    // A collection observes every observable instrument before it reads the histograms, so histograms are flushed here.
    private long FlushAndMeasure()
    {
        Flush();
        return _telemetry.Memory;
    }

    private void Flush()
    {
        lock (_flush)
        {
            if (_bulkIsUnsupported || !BulkProvider.IsAny)
            {
                return;
            }

            RegisterAsks();
            var layout = _telemetry.Layout;
            var providers = BulkProvider.All();
            _bulkIsUnsupported = providers is null || !providers.All(provider =>
                provider.Accepts(Processing, layout.Times.Bounds) && provider.Accepts(QueueTime, layout.Times.Bounds)
                && provider.Accepts(Size, layout.Sizes.Bounds) && provider.Accepts(AskTime, layout.Times.Bounds));
            if (_bulkIsUnsupported)
            {
                _logger.HistogramsRecordedSingly();
            }

            foreach (var series in _kindSeries.Values.Concat(_askSeries))
            {
                if (_bulkIsUnsupported)
                {
                    series.RecordSingly();
                }
                else
                {
                    series.AddInBulk(providers!);
                }
            }
        }
    }

    private void RegisterAsks()
    {
        foreach (var ask in _telemetry.Asks.All[_askSeries.Count..])
        {
            var index = _askSeries.Count;
            _askSeries.Add(new HistogramSeries(AskTime, _telemetry.Layout.Times, ask.Tags, total =>
            {
                foreach (var cells in _telemetry.Cells.All)
                {
                    if (cells.AskOrNull(index) is { } counts)
                    {
                        CellHistogram.AddTo(total, counts, 0, _telemetry.Layout.Times);
                    }
                }
            }));
        }
    }
}
