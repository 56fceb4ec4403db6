using System.ComponentModel.DataAnnotations;

namespace Choir.ActorHost.PostChain;

/// <summary>How conversations run. Configuration section <c>PostChain</c>.</summary>
public sealed class PostChainOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "PostChain";

    /// <summary>The most rounds of one cycle; 3. 1 to 10.</summary>
    [Range(1, 10, ErrorMessage = "PostChain:MaxCycles must be 1 to 10.")]
    public int MaxCycles { get; set; } = 3;

    /// <summary>The most of an input, in UTF-8 bytes; 1 MiB. 1 to 16 MiB.</summary>
    [Range(1, 16 << 20, ErrorMessage = "PostChain:MaxContentBytes must be 1 to 16777216.")]
    public int MaxContentBytes { get; set; } = 1 << 20;

    /// <summary>The most cycles of one thread that run at a time; 1,000. 1 to 100,000. Over it, inputs are refused.</summary>
    [Range(1, 100_000, ErrorMessage = "PostChain:MaxRunningCycles must be 1 to 100000.")]
    public int MaxRunningCycles { get; set; } = 1_000;

    /// <summary>
    /// A cycle without progress for so long is taken up again after its last saved phase; 10 s. 1 s to 10 min. Where a
    /// model's endpoint is configured, its time-out is added.
    /// </summary>
    public TimeSpan StallAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often one step of a cycle is tried again before the cycle fails; 5. 1 to 100.</summary>
    [Range(1, 100, ErrorMessage = "PostChain:MaxAttempts must be 1 to 100.")]
    public int MaxAttempts { get; set; } = 5;

    /// <summary>
    /// How often a thread with running cycles is woken, wherever it was; 20 s. 5 s to 1 h. It is for hosts that died: a
    /// thread in memory looks after its cycles by itself.
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
