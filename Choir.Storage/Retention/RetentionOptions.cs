using System.ComponentModel.DataAnnotations;

namespace Choir.Storage;

/// <summary>How long data is kept. Configuration section <c>Retention</c>.</summary>
public sealed class RetentionOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Retention";

    private static readonly TimeSpan Least = TimeSpan.FromHours(1);
    private static readonly TimeSpan Most = TimeSpan.FromDays(36_500);

    /// <summary>
    /// How long an ended cycle is kept, with its phases, events, search text and place in the outbox. Its anchor stays on the
    /// chain. Default: none, all are kept; from 1 hour to 36,500 days. A thread without cycles is removed after this time too.
    /// </summary>
    public TimeSpan? Cycles { get; set; }

    /// <summary>How long a dead letter is kept. Default 30 days, from 1 hour to 36,500 days.</summary>
    public TimeSpan DeadLetters { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long the result of a load test is kept. Default 365 days, from 1 hour to 36,500 days.</summary>
    public TimeSpan LoadTests { get; set; } = TimeSpan.FromDays(365);

    /// <summary>The time between two removals. Default 1 hour, from 1 minute to 1 day.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Cycles is { } cycles && (cycles < Least || cycles > Most))
        {
            yield return new($"{Section}:{nameof(Cycles)} is {cycles}; it must be 1 hour to 36500 days, or not be set.");
        }

        if (DeadLetters < Least || DeadLetters > Most)
        {
            yield return new($"{Section}:{nameof(DeadLetters)} is {DeadLetters}; it must be 1 hour to 36500 days.");
        }

        if (LoadTests < Least || LoadTests > Most)
        {
            yield return new($"{Section}:{nameof(LoadTests)} is {LoadTests}; it must be 1 hour to 36500 days.");
        }

        if (Interval < TimeSpan.FromMinutes(1) || Interval > TimeSpan.FromDays(1))
        {
            yield return new($"{Section}:{nameof(Interval)} is {Interval}; it must be 1 minute to 1 day.");
        }
    }
}
