using Orleans;

namespace Choir.Actors.Inspection;

/// <summary>The reminders of one actor.</summary>
/// <param name="Reminders">The reminders, the next to be due first.</param>
/// <param name="IsCut">Whether it has more than are listed.</param>
/// <param name="Problem">Why they are not known, in a sentence; null if they are.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.RemindersView")]
public sealed record RemindersView(
    [property: Id(0)] IReadOnlyList<ActorReminder> Reminders, [property: Id(1)] bool IsCut, [property: Id(2)] string? Problem);

/// <summary>A reminder of an actor: it runs although the actor is not in memory, and loads it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Period">The time between runs.</param>
/// <param name="NextDue">When it is due next, if nothing delays it; null if that cannot be computed.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Inspection.ActorReminder")]
public sealed record ActorReminder([property: Id(0)] string Name, [property: Id(1)] TimeSpan Period, [property: Id(2)] DateTimeOffset? NextDue);
