using Orleans;

namespace Choir.Actors;

/// <summary>An actor that is busier than others, with its figures over the last minute and now.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Id">Its id.</param>
/// <param name="Messages">Messages handled in the last minute.</param>
/// <param name="Errors">Messages that failed in the last minute.</param>
/// <param name="BusySeconds">Time in its handlers in the last minute, in seconds.</param>
/// <param name="QueueLength">Messages that wait now.</param>
/// <param name="StateSize">The size of its stored state now, in bytes.</param>
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
    /// <summary>Its mean time in the handler, in seconds; 0 if it handled nothing.</summary>
    public double MeanProcessingSeconds => Messages > 0 ? BusySeconds / Messages : 0;

    /// <summary>What it is ordered by.</summary>
    internal double Value(Telemetry.HotIndicator indicator) => indicator switch
    {
        Telemetry.HotIndicator.Messages => Messages,
        Telemetry.HotIndicator.Errors => Errors,
        Telemetry.HotIndicator.Busy => BusySeconds,
        Telemetry.HotIndicator.ProcessingTime => MeanProcessingSeconds,
        Telemetry.HotIndicator.QueueLength => QueueLength,
        _ => StateSize,
    };

    /// <summary>One actor from the figures of its activations: one after another, maybe on several hosts.</summary>
    internal static HotActor Merge(IEnumerable<HotActor> activations) =>
        activations.Aggregate((one, other) => one with
        {
            Messages = one.Messages + other.Messages,
            Errors = one.Errors + other.Errors,
            BusySeconds = one.BusySeconds + other.BusySeconds,
            QueueLength = one.QueueLength + other.QueueLength,
            StateSize = Math.Max(one.StateSize, other.StateSize),
        });
}
