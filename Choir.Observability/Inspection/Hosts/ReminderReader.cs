using System.Diagnostics.CodeAnalysis;
using Choir.Observability;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Choir.Actors.Inspection;

/// <summary>Reads the reminders of an actor from the table of the reminder service, which all hosts share.</summary>
internal sealed class ReminderReader(IServiceProvider services, GrainKeys keys, TimeProvider time, ILogger<ReminderReader> logger)
{
    /// <summary>The most reminders of one answer.</summary>
    public const int MaxReminders = 100;

    // Less than InspectionGrains waits for the answer.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A reminder table may fail with anything; the answer says so.")]
    public async Task<RemindersView> ReadAsync(ActorAddress actor)
    {
        if (services.GetService<IReminderTable>() is not { } table)
        {
            return new RemindersView([], IsCut: false, "The hosts have no reminder service.");
        }

        Task<ReminderTableData>? reading = null;
        try
        {
            reading = table.ReadRows(keys.IdOf(actor));
            var found = (await reading.WaitAsync(Timeout, time)).Reminders;
            var now = time.GetUtcNow();
            return new RemindersView(
                found.Take(MaxReminders).Select(entry => new ActorReminder(entry.ReminderName, entry.Period, NextDue(entry.StartAt, entry.Period, now)))
                    .OrderBy(reminder => reminder.NextDue).ThenBy(reminder => reminder.Name, StringComparer.Ordinal).ToArray(),
                found.Count > MaxReminders, Problem: null);
        }
        catch (Exception e)
        {
            reading?.Ignore();
            logger.RemindersUnreadable(actor.Type, actor.Id, e.Message);
            return new RemindersView([], IsCut: false, "The table of reminders could not be read.");
        }
    }

    /// <summary>The first time of a series that is not over.</summary>
    /// <param name="start">The first time, UTC.</param>
    /// <param name="period">The time between two.</param>
    /// <param name="now">The time now.</param>
    internal static DateTimeOffset? NextDue(DateTime start, TimeSpan period, DateTimeOffset now)
    {
        var first = start.Kind == DateTimeKind.Local ? start.ToUniversalTime().Ticks : start.Ticks;
        var passed = now.UtcTicks - first;
        if (passed <= 0)
        {
            return new DateTimeOffset(first, TimeSpan.Zero);
        }

        if (period <= TimeSpan.Zero)
        {
            return null;
        }

        var next = first + (Int128)((passed - 1) / period.Ticks + 1) * period.Ticks;
        return next <= DateTime.MaxValue.Ticks ? new DateTimeOffset((long)next, TimeSpan.Zero) : null;
    }
}
