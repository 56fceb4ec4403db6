using System.ComponentModel.DataAnnotations;

namespace Choir.ActorHost.PostChain;

/// <summary>Options for conversations. Configuration section <c>PostChain</c>.</summary>
public sealed class PostChainOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "PostChain";

    /// <summary>The maximum number of rounds of a cycle. Default 3, from 1 to 10.</summary>
    [Range(1, 10, ErrorMessage = "PostChain:MaxCycles must be 1 to 10.")]
    public int MaxCycles { get; set; } = 3;

    /// <summary>The maximum size of an input, in bytes of UTF-8. Default 1 MiB, from 1 byte to 16 MiB.</summary>
    [Range(1, 16 << 20, ErrorMessage = "PostChain:MaxContentBytes must be 1 to 16777216.")]
    public int MaxContentBytes { get; set; } = 1 << 20;

    /// <summary>The maximum number of running cycles of a thread. More inputs are refused. Default 250, from 1 to 100,000.</summary>
    [Range(1, 100_000, ErrorMessage = "PostChain:MaxRunningCycles must be 1 to 100000.")]
    public int MaxRunningCycles { get; set; } = 250;

    /// <summary>
    /// The maximum number of running cycles of all threads on a host. More inputs are refused, so that what was accepted ends soon
    /// after an overload. Default 500, from 1 to 1,000,000.
    /// </summary>
    [Range(1, 1_000_000, ErrorMessage = "PostChain:MaxRunningCyclesOfHost must be 1 to 1000000.")]
    public int MaxRunningCyclesOfHost { get; set; } = 500;

    /// <summary>
    /// How many cycles of a thread are in its phases at the same time; the others wait in the database. Default 12, two for each
    /// phase, from 1 to 1,000. A larger value makes a thread no faster: each of its phases handles one cycle at a time.
    /// </summary>
    [Range(1, 1_000, ErrorMessage = "PostChain:MaxConcurrentCycles must be 1 to 1000.")]
    public int MaxConcurrentCycles { get; set; } = 12;

    /// <summary>
    /// If no cycle of a thread progresses for this time, its cycles are resumed after their last saved phase. Default 10 s, from
    /// 1 s to 10 min. If a model's endpoint is configured, its timeout is added.
    /// </summary>
    public TimeSpan StallAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a phase that fails is tried again before its cycle fails. Default 5, from 1 to 100.</summary>
    [Range(1, 100, ErrorMessage = "PostChain:MaxAttempts must be 1 to 100.")]
    public int MaxAttempts { get; set; } = 5;

    /// <summary>
    /// The period of the reminder of a thread with running cycles. Default 20 s, from 5 s to 1 h. It activates the thread
    /// after its host died; an activated thread checks its cycles with a timer.
    /// </summary>
    public TimeSpan ReminderPeriod { get; set; } = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (StallAfter < TimeSpan.FromSeconds(1) || StallAfter > TimeSpan.FromMinutes(10))
        {
            yield return new($"PostChain:StallAfter is {StallAfter}; it must be 1 second to 10 minutes.");
        }

        if (ReminderPeriod < TimeSpan.FromSeconds(5) || ReminderPeriod > TimeSpan.FromHours(1))
        {
            yield return new($"PostChain:ReminderPeriod is {ReminderPeriod}; it must be 5 seconds to 1 hour.");
        }
    }
}
