using System.Text.Json.Serialization;
using Choir.Contracts.Threads;

namespace Choir.ActorHost.PostChain;

/// <summary>The messages that take a cycle through the PostChain, in their order, and the actors that take them.</summary>
internal static class PostChainMessages
{
    public const string ProcessInput = "PROCESS_INPUT";
    public const string ProcessAction = "PROCESS_ACTION";
    public const string ProcessExperience = "PROCESS_EXPERIENCE";
    public const string ProcessIntention = "PROCESS_INTENTION";
    public const string ProcessObservation = "PROCESS_OBSERVATION";
    public const string ProcessUnderstanding = "PROCESS_UNDERSTANDING";
    public const string CycleComplete = "CYCLE_COMPLETE";

    /// <summary>A phase could not do its step; the thread decides whether it is tried again.</summary>
    public const string PhaseFailed = "PHASE_FAILED";

    /// <summary>The actor of a phase, and the message with which the phase before it hands over to it.</summary>
    public static (string ActorType, string MessageType) Step(Phase phase) => phase switch
    {
        Phase.Action => (nameof(ActionPhaseActor), ProcessInput),
        Phase.Experience => (nameof(ExperiencePhaseActor), ProcessAction),
        Phase.Intention => (nameof(IntentionPhaseActor), ProcessExperience),
        Phase.Observation => (nameof(ObservationPhaseActor), ProcessIntention),
        Phase.Understanding => (nameof(UnderstandingPhaseActor), ProcessObservation),
        Phase.Yield => (nameof(YieldPhaseActor), ProcessUnderstanding),
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "There is no such phase."),
    };
}

/// <summary>What one phase hands to the next.</summary>
/// <param name="CycleId">The cycle.</param>
/// <param name="Content">
/// The input, or the beginning of a long one (<see cref="ContentHead.MaxLength"/>): it would be copied into seven messages
/// and six rows. The phase that needs all of it reads it from the store.
/// </param>
/// <param name="ContentLength">The whole input's length, in UTF-16 units.</param>
/// <param name="ContextOperations">Everything that was done to the context so far: done again, it gives the context.</param>
/// <param name="RecursionState">How often the cycle has gone round.</param>
public sealed record PhasePayload(
    [property: JsonPropertyName("cycle_id")] string CycleId,
    [property: JsonPropertyName("content")] string Content,
    [property: JsonPropertyName("content_length")] int ContentLength,
    [property: JsonPropertyName("context_operations")] IReadOnlyList<ContextOperation> ContextOperations,
    [property: JsonPropertyName("recursion_state")] RecursionState RecursionState);

/// <summary>How often a cycle has gone round, and what will end it.</summary>
/// <param name="CycleCount">The rounds behind it: 0 in the first.</param>
/// <param name="TerminationConditions">What ends the going round, such as <c>max_cycles:3</c>.</param>
public sealed record RecursionState(
    [property: JsonPropertyName("cycle_count")] int CycleCount,
    [property: JsonPropertyName("termination_conditions")] IReadOnlyList<string> TerminationConditions);

/// <summary>A cycle has its answer.</summary>
/// <param name="CycleId">The cycle.</param>
/// <param name="Result">The answer.</param>
/// <param name="Learned">What later cycles may find of it beside its input; null where it only repeats earlier ones.</param>
public sealed record CycleComplete(string CycleId, CycleResult Result, string? Learned);

/// <summary>A phase could not do its step.</summary>
/// <param name="CycleId">The cycle.</param>
/// <param name="Phase">The phase.</param>
/// <param name="Reason">Why, for a person.</param>
public sealed record PhaseFailed(string CycleId, Phase Phase, string Reason);

/// <summary>The beginning of an input, which travels with the messages.</summary>
internal static class ContentHead
{
    /// <summary>The most of an input that travels, in UTF-16 units.</summary>
    public const int MaxLength = 8 * 1024;

    /// <summary>The input, or its beginning; never half a character.</summary>
    public static string Of(string content) =>
        content.Length <= MaxLength
            ? content
            : content[..(char.IsHighSurrogate(content[MaxLength - 1]) ? MaxLength - 1 : MaxLength)];
}
