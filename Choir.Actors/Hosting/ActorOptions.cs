using Microsoft.Extensions.Options;

namespace Choir.Actors;

/// <summary>
/// Settings of actors. The time limits are nested, so that the innermost ends first: handler, then ask, then Orleans call.
/// </summary>
public sealed class ActorOptions
{
    /// <summary>The capacity of an actor's queue, in messages. Default 10,000; 1 to 1,000,000.</summary>
    public int MailboxCapacity { get; set; } = 10_000;

    /// <summary>The time after which a handler's cancellation token is cancelled. Default 60 s; at least 10 ms.</summary>
    public TimeSpan HandlerTimeLimit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The default timeout of an <c>Ask</c>. Default 90 s; longer than <see cref="HandlerTimeLimit"/>.</summary>
    public TimeSpan AskTimeout { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>The response timeout of Orleans calls. Default 100 s; longer than <see cref="AskTimeout"/>, at most a day.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>The number of failures in a row after which an actor restarts from its stored state. Default 5; 1 to 1,000.</summary>
    public int FailuresBeforeRestart { get; set; } = 5;

    /// <summary>The delay before the first restart, doubled for each further one. Default 100 ms; at least 1 ms.</summary>
    public TimeSpan RestartBackoff { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest delay before a restart. Default 30 s; not below <see cref="RestartBackoff"/>, at most a day.</summary>
    public TimeSpan MaxRestartBackoff { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The buffer of the dead-letter store; further dead letters are dropped and counted. Default 1,000; 1 to 100,000.</summary>
    public int DeadLetterBuffer { get; set; } = 1_000;

    /// <summary>
    /// The number of message records that a host keeps, about 150 B each. Default 65,536; a power of two from 1,024 to 1,048,576.
    /// </summary>
    public int FlightRecorderCapacity { get; set; } = 65_536;

    /// <summary>
    /// The number of log records about actors that a host keeps for the inspection, and in addition a quarter as many warnings and errors;
    /// of both at most 512 B times this number, but the latest one at least. Default 8,192; 0 for none, at most 262,144.
    /// </summary>
    public int RecentLogCapacity { get; set; } = 8_192;

    /// <summary>The time after which a handler counts as slow. Default 10 s; at least 10 ms. Slow upkeep is logged as a warning.</summary>
    public TimeSpan SlowAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The number of waiting messages above which an actor's growing queue is logged. Default 50; at least 1.</summary>
    public int QueueWarning { get; set; } = 50;

    /// <summary>
    /// Whether an ask that closes a cycle of asks between actor types ends with <c>ERROR deadlock</c>, although no deadlock has happened, so
    /// that a test run fails. An ask whose cycle leads over other hosts ends so some seconds later. Default false: the cycle is logged as a
    /// warning and shown. For tests, since each ask takes a lock.
    /// </summary>
    public bool FailsPossibleDeadlocks { get; set; }

    /// <summary>
    /// The share of messages from outside the cluster, sent without a current span, that start a trace. Default 1: the
    /// sampler decides; 0 to 1. A changed value applies to the next message.
    /// </summary>
    public double TraceShare { get; set; } = 1;

    internal sealed class Validator : IValidateOptions<ActorOptions>
    {
        public ValidateOptionsResult Validate(string? name, ActorOptions options)
        {
            var problems = new List<string>();
            Check(options.MailboxCapacity is >= 1 and <= 1_000_000, nameof(MailboxCapacity), options.MailboxCapacity, "1 to 1,000,000");
            Check(options.HandlerTimeLimit >= TimeSpan.FromMilliseconds(10), nameof(HandlerTimeLimit), options.HandlerTimeLimit, "at least 10 ms");
            Check(options.AskTimeout > options.HandlerTimeLimit, nameof(AskTimeout), options.AskTimeout, $"longer than HandlerTimeLimit, {options.HandlerTimeLimit}");
            Check(
                options.ResponseTimeout > options.AskTimeout && options.ResponseTimeout <= TimeSpan.FromDays(1),
                nameof(ResponseTimeout), options.ResponseTimeout, $"longer than AskTimeout, {options.AskTimeout}, and at most a day");
            Check(options.FailuresBeforeRestart is >= 1 and <= 1_000, nameof(FailuresBeforeRestart), options.FailuresBeforeRestart, "1 to 1,000");
            Check(options.RestartBackoff >= TimeSpan.FromMilliseconds(1), nameof(RestartBackoff), options.RestartBackoff, "at least 1 ms");
            Check(
                options.MaxRestartBackoff >= options.RestartBackoff && options.MaxRestartBackoff <= TimeSpan.FromDays(1),
                nameof(MaxRestartBackoff), options.MaxRestartBackoff, $"not below RestartBackoff, {options.RestartBackoff}, and at most a day");
            Check(options.DeadLetterBuffer is >= 1 and <= 100_000, nameof(DeadLetterBuffer), options.DeadLetterBuffer, "1 to 100,000");
            Check(
                options.FlightRecorderCapacity is >= 1_024 and <= 1_048_576 && int.IsPow2(options.FlightRecorderCapacity),
                nameof(FlightRecorderCapacity), options.FlightRecorderCapacity, "a power of two from 1,024 to 1,048,576");
            Check(options.RecentLogCapacity is >= 0 and <= 262_144, nameof(RecentLogCapacity), options.RecentLogCapacity, "0 to 262,144");
            Check(options.SlowAfter >= TimeSpan.FromMilliseconds(10), nameof(SlowAfter), options.SlowAfter, "at least 10 ms");
            Check(options.TraceShare is >= 0 and <= 1, nameof(TraceShare), options.TraceShare, "from 0 to 1");
            Check(options.QueueWarning >= 1, nameof(QueueWarning), options.QueueWarning, "at least 1");
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

            void Check(bool good, string option, object value, string allowed)
            {
                if (!good)
                {
                    problems.Add($"Actors:{option} is {value}; it must be {allowed}.");
                }
            }
        }
    }
}
