using Orleans;

namespace Choir.Actors;

/// <summary>
/// Actor types whose handlers ask each other in a cycle: if such asks overlap in time and meet the same actors, each waits for the next. It
/// may never have happened; <see cref="Deadlock"/> is one that has.
/// </summary>
/// <param name="Steps">The asks, each by the type that the one before asks; the last asks the first type.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.PossibleDeadlock")]
public sealed record PossibleDeadlock([property: Id(0)] IReadOnlyList<AskStep> Steps)
{
    /// <summary>The types, which tell one cycle from another.</summary>
    internal string Key => string.Join(' ', Steps.Select(step => step.ActorType));

    /// <summary>The most steps that are shown as text; more would not be read.</summary>
    public const int MaxStepsInText = 20;

    /// <summary>The first 20 steps in words, with the message types, and how many more there are.</summary>
    public override string ToString() =>
        string.Join(", ", Steps.Take(MaxStepsInText).Select(step => $"{step.ActorType} asks {step.AskedType} ({string.Join(", ", step.MessageTypes)})"))
        + (Steps.Count > MaxStepsInText ? $", and {Steps.Count - MaxStepsInText} more steps" : "");
}

/// <summary>That handlers of an actor type ask another type, or other actors of their own.</summary>
/// <param name="ActorType">The type that asks.</param>
/// <param name="AskedType">The type that is asked.</param>
/// <param name="MessageTypes">With which messages; at most 20.</param>
[GenerateSerializer, Immutable, Alias("Choir.Actors.AskStep")]
public sealed record AskStep(
    [property: Id(0)] string ActorType, [property: Id(1)] string AskedType, [property: Id(2)] IReadOnlyList<string> MessageTypes);
