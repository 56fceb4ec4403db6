using Microsoft.Extensions.Options;

namespace Choir.Observability;

/// <summary>Settings of the observation of grains.</summary>
public sealed class ObservabilityOptions
{
    /// <summary>
    /// The number of message records that a host keeps, about 150 B each. Default 65,536; a power of two from 1,024 to 1,048,576.
    /// </summary>
    public int FlightRecorderCapacity { get; set; } = 65_536;

    /// <summary>
    /// The number of log records about actors that a host keeps for the inspection, and in addition a quarter as many warnings and errors;
    /// of both at most 512 B times this number, but the latest one at least. Default 8,192; 0 for none, at most 262,144.
    /// </summary>
    public int RecentLogCapacity { get; set; } = 8_192;

    /// <summary>
    /// The share of messages from outside the cluster, sent without a current span, that start a trace. Default 1: the
    /// sampler decides; 0 to 1. A changed value applies to the next message. With 0, clients cannot start traces of ordinary grains either.
    /// </summary>
    public double TraceShare { get; set; } = 1;

    /// <summary>
    /// Whether Orleans' own grains, and its own calls of grains, such as those of timers, streams and extensions, are observed too.
    /// Default false. Reminders are always observed.
    /// </summary>
    public bool ObserveOrleans { get; set; }

    /// <summary>
    /// Whether calls are observed where they are made too: how long callers wait for answers, which call waits in a queue, and so deadlocks,
    /// and that traces of clients go on in the grains. Default false, because a filter of outgoing calls costs more than all other observation.
    /// It counts only where <c>AddChoirObservability</c> gets it, and cannot be changed later.
    /// </summary>
    public bool ObserveCallers { get; set; }

    /// <summary>The time after which a call counts as slow, and is shown among what is stuck. Default 10 s; at least 10 ms.</summary>
    public TimeSpan SlowAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Takes all values of other settings.</summary>
    internal void TakeFrom(ObservabilityOptions other) =>
        (FlightRecorderCapacity, RecentLogCapacity, TraceShare, ObserveOrleans, ObserveCallers, SlowAfter) =
        (other.FlightRecorderCapacity, other.RecentLogCapacity, other.TraceShare, other.ObserveOrleans, other.ObserveCallers, other.SlowAfter);

    internal sealed class Validator : IValidateOptions<ObservabilityOptions>
    {
        public ValidateOptionsResult Validate(string? name, ObservabilityOptions options)
        {
            var problems = new List<string>();
            Check(
                options.FlightRecorderCapacity is >= 1_024 and <= 1_048_576 && int.IsPow2(options.FlightRecorderCapacity),
                nameof(FlightRecorderCapacity), options.FlightRecorderCapacity, "a power of two from 1,024 to 1,048,576");
            Check(options.RecentLogCapacity is >= 0 and <= 262_144, nameof(RecentLogCapacity), options.RecentLogCapacity, "0 to 262,144");
            Check(options.TraceShare is >= 0 and <= 1, nameof(TraceShare), options.TraceShare, "from 0 to 1");
            Check(options.SlowAfter >= TimeSpan.FromMilliseconds(10), nameof(SlowAfter), options.SlowAfter, "at least 10 ms");
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

            void Check(bool good, string option, object value, string allowed)
            {
                if (!good)
                {
                    problems.Add($"ObservabilityOptions.{option} is {value}; it must be {allowed}.");
                }
            }
        }
    }
}
