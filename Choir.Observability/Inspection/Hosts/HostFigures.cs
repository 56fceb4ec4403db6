using System.Numerics;
using Choir.Observability;
using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>The figures of one host.</summary>
/// <param name="WindowSeconds">The length of the window of recent figures.</param>
/// <param name="Types">Its actor types.</param>
/// <param name="Edges">Its message flow.</param>
/// <param name="Hottest">The hottest actors by each <see cref="HotIndicator"/>; empty unless one type was requested.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.HostFigures")]
internal sealed record HostFigures(
    [property: Id(0)] double WindowSeconds, [property: Id(1)] HostTypeFigures[] Types,
    [property: Id(2)] EdgeFigures[] Edges, [property: Id(3)] HotActor[][] Hottest);

/// <summary>The figures of an actor type on one host that are not counted by message.</summary>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.HostTypeFigures")]
internal sealed record HostTypeFigures(
    [property: Id(0)] string Type, [property: Id(1)] long Count, [property: Id(2)] long QueueLength,
    [property: Id(3)] long LongestQueue, [property: Id(4)] long? StateSize, [property: Id(5)] long Restarts,
    [property: Id(6)] bool IsGrain)
{
    /// <summary>See <see cref="TypeTelemetry.IsSequential"/>.</summary>
    [Id(10)]
    public bool IsSequential { get; init; }

    /// <summary>Activations of the last minute.</summary>
    [Id(7)]
    public long Activations { get; init; }

    /// <summary>Those of them that failed.</summary>
    [Id(8)]
    public long FailedActivations { get; init; }

    /// <summary>See <see cref="TypeTelemetry.FailedActivations"/>.</summary>
    [Id(11)]
    public long FailedActivationsSinceStart { get; init; }

    /// <summary>See <see cref="TypeTelemetry.RefusedByFullQueue"/>.</summary>
    [Id(12)]
    public long RefusedByFullQueue { get; init; }

    /// <summary>Why the last one that failed since the start did so.</summary>
    [Id(9)]
    public string? ActivationError { get; init; }
}

/// <summary>The figures of one edge of the message flow on one host, or the sum of several.</summary>
/// <param name="SourceType">The sender's type.</param>
/// <param name="ActorType">The receiver's type.</param>
/// <param name="MessageType">The message type.</param>
/// <param name="Outcomes">Messages since the start, by outcome.</param>
/// <param name="Rates">Recent messages per second, by outcome.</param>
/// <param name="Latencies">Recent messages, by bucket of <see cref="LatencyBuckets"/>.</param>
/// <param name="QueueSeconds">Their time from sending to the start of the handler, in seconds; null for calls of grains, of which it is not known.</param>
/// <param name="ProcessingSeconds">Their time in the handler, in seconds.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.EdgeFigures")]
internal sealed record EdgeFigures(
    [property: Id(0)] string SourceType, [property: Id(1)] string ActorType, [property: Id(2)] string MessageType,
    [property: Id(3)] long[] Outcomes, [property: Id(4)] double[] Rates, [property: Id(5)] long[] Latencies,
    [property: Id(6)] double? QueueSeconds, [property: Id(7)] double ProcessingSeconds)
{
    /// <summary>Without those whose senders do not know the outcome: they are counted here if they were handled after all.</summary>
    public long Messages => Outcomes.Sum() - Outcomes[(int)Outcome.Unknown];

    public long Errors => ErrorsOf(Outcomes);

    /// <inheritdoc cref="Messages"/>
    public double PerSecond => Rates.Where((_, outcome) => outcome != (int)Outcome.Unknown).Sum();

    public double ErrorsPerSecond => ErrorsOf(Rates);

    public double? MeanMs => Mean((QueueSeconds ?? 0) + ProcessingSeconds);

    public double? MeanQueueMs => QueueSeconds is { } seconds ? Mean(seconds) : null;

    public double? MeanProcessingMs => Mean(ProcessingSeconds);

    public static EdgeFigures Sum(IEnumerable<EdgeFigures> edges, string sourceType = "", string actorType = "", string messageType = "")
    {
        var sum = new EdgeFigures(
            sourceType, actorType, messageType, new long[Observability.Outcomes.Count], new double[Observability.Outcomes.Count], new long[LatencyBuckets.Count], null, 0);
        foreach (var edge in edges)
        {
            sum = sum with
            {
                QueueSeconds = edge.QueueSeconds is { } queue ? (sum.QueueSeconds ?? 0) + queue : sum.QueueSeconds,
                ProcessingSeconds = sum.ProcessingSeconds + edge.ProcessingSeconds,
            };
            Add(sum.Outcomes, edge.Outcomes);
            Add(sum.Rates, edge.Rates);
            Add(sum.Latencies, edge.Latencies);
        }

        return sum;
    }

    public double? PercentileMs(double share) => LatencyBuckets.Percentile(Latencies, share, (MeanMs ?? 0) / 1_000) * 1_000;

    private double? Mean(double seconds) => Latencies.Sum() is var count and > 0 ? seconds * 1_000 / count : null;

    /// <summary>See <see cref="Observability.Outcomes.IsFailure"/>.</summary>
    private static T ErrorsOf<T>(T[] byOutcome)
        where T : INumber<T> =>
        byOutcome[(int)Outcome.Error] + byOutcome[(int)Outcome.Timeout];

    private static void Add<T>(T[] sum, T[] part)
        where T : INumber<T>
    {
        for (var index = 0; index < sum.Length; index++)
        {
            sum[index] += part[index];
        }
    }
}
