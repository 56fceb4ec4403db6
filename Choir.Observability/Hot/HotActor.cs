using Choir.Observability;
using Orleans;

namespace Choir.Actors;

/// <summary>One of the hottest actors, with its figures of the last minute and of now.</summary>
/// <param name="Type">The actor type.</param>
/// <param name="Id">The actor's id.</param>
/// <param name="Messages">Messages handled in the last minute.</param>
/// <param name="Errors">Messages that failed in the last minute.</param>
/// <param name="BusySeconds">
/// Time in its handlers, of the messages that it handled in the last minute, in seconds: more than 60 if a handler took longer, or if several ran at a time.
/// </param>
/// <param name="QueueLength">Messages waiting now.</param>
/// <param name="StateSize">The size of its stored state, in bytes.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.HotActor")]
public sealed record HotActor(
    [property: Id(0)] string Type,
    [property: Id(1)] string Id,
    [property: Id(2)] double Messages,
    [property: Id(3)] double Errors,
    [property: Id(4)] double BusySeconds,
    [property: Id(5)] int QueueLength,
    [property: Id(6)] long StateSize)
{
    /// <summary>The mean time in its handlers, in seconds; 0 if it handled no message.</summary>
    public double MeanProcessingSeconds => Messages > 0 ? BusySeconds / Messages : 0;

    internal double Value(HotIndicator indicator) => indicator switch
    {
        HotIndicator.Messages => Messages,
        HotIndicator.Errors => Errors,
        HotIndicator.Busy => BusySeconds,
        HotIndicator.ProcessingTime => MeanProcessingSeconds,
        HotIndicator.QueueLength => QueueLength,
        _ => StateSize,
    };

    /// <summary>Merges activations of one actor type, and orders the actors by an indicator, highest value first.</summary>
    internal static IEnumerable<HotActor> Rank(IEnumerable<HotActor> activations, HotIndicator indicator) =>
        activations.GroupBy(actor => actor.Id, StringComparer.Ordinal)
            .Select(Merge)
            .Where(actor => actor.Value(indicator) > 0)
            .OrderByDescending(actor => actor.Value(indicator));

    /// <summary>Adds up the figures of successive activations of one actor, also of several hosts.</summary>
    private static HotActor Merge(IEnumerable<HotActor> activations) =>
        activations.Aggregate((one, other) => one with
        {
            Messages = one.Messages + other.Messages,
            Errors = one.Errors + other.Errors,
            BusySeconds = one.BusySeconds + other.BusySeconds,
            QueueLength = one.QueueLength + other.QueueLength,
            StateSize = Math.Max(one.StateSize, other.StateSize),
        });
}
