using Microsoft.Extensions.Options;

namespace Choir.Actors;

/// <summary>How actors behave. The time limits fit inside each other, so that the innermost one speaks first.</summary>
public sealed class ActorOptions
{
    /// <summary>The most messages that wait at one actor; 10,000. 1 to 1,000,000.</summary>
    public int MailboxCapacity { get; set; } = 10_000;

    /// <summary>After this long a handler's cancellation token fires; 60 s. At least 10 ms.</summary>
    public TimeSpan HandlerTimeLimit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an <c>Ask</c> waits for its reply; 90 s. Longer than <see cref="HandlerTimeLimit"/>.</summary>
    public TimeSpan AskTimeout { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>After this long the engine gives a call up; 100 s. Longer than <see cref="AskTimeout"/>.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>After this many failures in a row an actor is restarted from its stored state; 5. 1 to 1,000.</summary>
    public int FailuresBeforeRestart { get; set; } = 5;

    /// <summary>How long an actor rests before its first restart; doubled for each further one; 100 ms. At least 1 ms.</summary>
    public TimeSpan RestartBackoff { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest rest before a restart; 30 s. Not below <see cref="RestartBackoff"/>.</summary>
    public TimeSpan MaxRestartBackoff { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The most dead letters that wait for the store; further ones are dropped and counted; 1,000. 1 to 100,000.</summary>
    public int DeadLetterBuffer { get; set; } = 1_000;

    /// <summary>How many message records a host keeps, about 150 B each; 65,536. A power of two from 1,024 to 1,048,576.</summary>
    public int FlightRecorderCapacity { get; set; } = 65_536;

    /// <summary>From which time on a handler counts as slow; 10 s. At least 10 ms. Upkeep that is slow is logged as a warning.</summary>
    public TimeSpan SlowAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>From how many waiting messages on an actor's growing line is logged; 50. At least 1.</summary>
    public int QueueWarning { get; set; } = 50;

    /// <summary>
    /// The share of traces that are kept of those that begin with a message from outside that has no span around it; 1:
    /// the sampler decides. 0 to 1. Read anew for every message.
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
            Check(options.ResponseTimeout > options.AskTimeout, nameof(ResponseTimeout), options.ResponseTimeout, $"longer than AskTimeout, {options.AskTimeout}");
            Check(options.FailuresBeforeRestart is >= 1 and <= 1_000, nameof(FailuresBeforeRestart), options.FailuresBeforeRestart, "1 to 1,000");
            Check(options.RestartBackoff >= TimeSpan.FromMilliseconds(1), nameof(RestartBackoff), options.RestartBackoff, "at least 1 ms");
            Check(options.MaxRestartBackoff >= options.RestartBackoff, nameof(MaxRestartBackoff), options.MaxRestartBackoff, $"not below RestartBackoff, {options.RestartBackoff}");
            Check(options.DeadLetterBuffer is >= 1 and <= 100_000, nameof(DeadLetterBuffer), options.DeadLetterBuffer, "1 to 100,000");
            Check(
                options.FlightRecorderCapacity is >= 1_024 and <= 1_048_576 && int.IsPow2(options.FlightRecorderCapacity),
                nameof(FlightRecorderCapacity), options.FlightRecorderCapacity, "a power of two from 1,024 to 1,048,576");
            Check(options.SlowAfter >= TimeSpan.FromMilliseconds(10), nameof(SlowAfter), options.SlowAfter, "at least 10 ms");
            Check(options.TraceShare is >= 0 and <= 1, nameof(TraceShare), options.TraceShare, "from 0 to 1");
            Check(options.QueueWarning >= 1, nameof(QueueWarning), options.QueueWarning, "at least 1");
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

            void Check(bool good, string option, object value, string allowed)
            {
                if (!good)
                {
                    problems.Add($"ActorOptions.{option} is {value}; it must be {allowed}.");
                }
            }
        }
    }
}
