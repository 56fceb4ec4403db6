using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Choir.Observability;

/// <summary>The instruments of actors and messages.</summary>
/// <remarks>
/// Only rare events are recorded as they happen. What is counted for every message is observed: the counts of all threads
/// are summed up when a reader collects.
/// </remarks>
internal sealed class ActorMetrics : IDisposable
{
    private static readonly KeyValuePair<string, object?> LostValues = new("signal", "measurements");

    private readonly ActorTelemetry _telemetry;

    public ActorMetrics(ActorTelemetry telemetry, IMeterFactory meters, TimeProvider time, ILogger logger)
    {
        _telemetry = telemetry;
        Meter = meters.Create(TelemetryNames.Meter);
        Histograms = new MessageHistograms(telemetry, Meter, time, logger);
        ActivationTime = Meter.CreateSecondsHistogram("actor.activation.time", "Time to activate an actor, including reading its state.");
        StateSize = Meter.CreateSizeHistogram("actor.state.size", "Size of an actor's state, on each write.");
        DeadLetters = Meter.CreateCounter<long>(
            "message.dead_letters", "{message}", "Messages that were not handled and whose sender was not told.");
        ObserveLifecycle();
        ObserveMessages();
        ObserveTelemetry();
    }

    /// <summary>The histograms that have a value for each message.</summary>
    public MessageHistograms Histograms { get; }

    public Histogram<double> ActivationTime { get; }

    public Histogram<double> StateSize { get; }

    public Counter<long> DeadLetters { get; }

    public Meter Meter { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Histograms.Dispose();
        Meter.Dispose();
    }

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

    private void ObserveLifecycle()
    {
        Meter.CreateObservableUpDownCounter(
            "actor.count", () => OfTypes(type => type.Live.Count), "{actor}", "Actors in memory. If Orleans drops an activation without deactivating it, that is corrected within seconds, unless the actor is active on this host again: then it counts twice.");
        Meter.CreateObservableCounter(
            "actor.created", () => OfTypes(type => type.Created), "{actor}", "Actors activated.");
        Meter.CreateObservableCounter(
            "actor.destroyed", Destroyed, "{actor}", "Actors deactivated, by reason: idle, deactivated, restarted, failed, shutdown.");
        Meter.CreateObservableCounter(
            "actor.restarts", () => OfActors(type => type.Restarts), "{restart}", "Restarts of actors from their stored state.");
        Meter.CreateObservableUpDownCounter(
            "actor.state.total_size", () => Of(_telemetry.Types.Where(type => type.HasStateSize), type => type.StateSize), "By", "Size of the states of all actors in memory.");
        Meter.CreateObservableCounter(
            "actor.state.changes", StateChanges, "{change}", "Changes of a top-level key of an actor's state.");
        Meter.CreateObservableCounter(
            "actor.state.conflicts", () => OfTypes(type => type.Conflicts), "{conflict}",
            "State writes refused because another activation had written: a sign of a duplicate activation.");
    }

    private void ObserveMessages()
    {
        Meter.CreateObservableCounter(
            "actor.messages", Messages, "{message}",
            "Messages by outcome. Failed ones are error and timeout; rejected ones were refused, by the actor or its handler. In addition a sender that expects no reply and gets no acknowledgement in time counts its message as unknown, in its own process: a message that is handled after all is counted there too.");
        Meter.CreateObservableCounter(
            "message.flow", Flow, "{message}", "Messages by the type of the actor that sent them.");
        Meter.CreateObservableCounter(
            "message.queue.unmeasured", () => _telemetry.UnknownQueueTimes, "{message}",
            "Messages of other processes whose queue time is not recorded, because a clock of one of the processes stood still or has another resolution.");
        Meter.CreateObservableUpDownCounter(
            "message.queue.length", () => OfActors(type => type.QueueLength), "{message}", "Messages waiting at all actors of a type.");
        Meter.CreateObservableGauge(
            "message.queue.longest", () => OfActors(LongestQueue), "{message}",
            "Longest queue of any actor of a type on this host: take the maximum of the hosts, not the sum.");
    }

    private void ObserveTelemetry()
    {
        Meter.CreateObservableUpDownCounter(
            "actor.telemetry.memory", () => _telemetry.Memory, "By", "Memory used by the telemetry of actors.");

        // The same name, unit and description as that of the exporters' losses: they are one metric in Prometheus.
        Meter.CreateObservableCounter(
            "telemetry.dropped", () => new Measurement<long>(Histograms.Lost + SafeRecording.Lost, LostValues), "{item}",
            "Telemetry of this process that was not exported: spans, log records, failed exports of metrics, and values of instruments.");
    }

    private IEnumerable<Measurement<long>> OfTypes(Func<TypeTelemetry, long> value) => Of(_telemetry.Types, value);

    // What Orleans does not report about ordinary grains is absent, not zero.
    private IEnumerable<Measurement<long>> OfActors(Func<TypeTelemetry, long> value) => Of(_telemetry.ActorTypes, value);

    private static IEnumerable<Measurement<long>> Of(IEnumerable<TypeTelemetry> types, Func<TypeTelemetry, long> value) =>
        types.Select(type => new Measurement<long>(value(type), type.Tag));

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
        var others = new long[Outcomes.Count];
        foreach (var edge in _telemetry.Flow.All)
        {
            for (var outcome = Outcome.Ok; outcome <= Outcome.Unknown; outcome++)
            {
                if (Sum(edge, (int)outcome) is not (> 0 and var sum))
                {
                    continue;
                }

                if (!IsOther(edge) && _telemetry.Flow.HasSeries(edge, outcome))
                {
                    measurements.Add(Of(sum, edge.Source, edge.Kind, outcome));
                }
                else
                {
                    others[(int)outcome] += sum;
                }
            }
        }

        for (var outcome = Outcome.Ok; outcome <= Outcome.Unknown; outcome++)
        {
            if (others[(int)outcome] is > 0 and var sum)
            {
                measurements.Add(Of(sum, TelemetryNames.Other, _telemetry.Sent.Other, outcome));
            }
        }

        return measurements;
    }

    private bool IsOther(FlowEdge edge) => edge.Source == TelemetryNames.Other && edge.Kind == _telemetry.Sent.Other;

    private static Measurement<long> Of(long sum, string source, MessageKind kind, Outcome outcome) =>
        new(sum, new(TelemetryNames.SourceType, source), kind.Tags[0], kind.Tags[1], new(TelemetryNames.Outcome, outcome.Name()));
}
