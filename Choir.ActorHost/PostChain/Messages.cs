using System.Text.Json.Serialization;
using Choir.Contracts.Threads;
using Choir.ServiceDefaults;

namespace Choir.ActorHost.PostChain;

/// <summary>The messages of a cycle, in their order, and the actors that handle them.</summary>
internal static class PostChainMessages
{
    public const string ProcessInput = "PROCESS_INPUT";
    public const string ProcessAction = "PROCESS_ACTION";
    public const string ProcessExperience = "PROCESS_EXPERIENCE";
    public const string ProcessIntention = "PROCESS_INTENTION";
    public const string ProcessObservation = "PROCESS_OBSERVATION";
    public const string ProcessUnderstanding = "PROCESS_UNDERSTANDING";
    public const string CycleComplete = "CYCLE_COMPLETE";

    /// <summary>A phase failed. The thread decides whether it is tried again.</summary>
    public const string PhaseFailed = "PHASE_FAILED";

    /// <summary>The actor of a phase, and the message that the previous phase sends to it.</summary>
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

/// <summary>The data that one phase sends to the next.</summary>
/// <param name="CycleId">The cycle.</param>
/// <param name="Content">
/// The input, or the beginning of a long one (<see cref="ContentHead.MaxLength"/>), because it is copied into every message.
/// The phase that needs the whole input reads it from the store.
/// </param>
/// <param name="ContentLength">The length of the whole input, in UTF-16 units.</param>
/// <param name="ContextOperations">All operations on the context so far. Applied in order, they give the context.</param>
/// <param name="RecursionState">The rounds of the cycle.</param>
public sealed record PhasePayload(
    [property: JsonPropertyName("cycle_id")] string CycleId,
    [property: JsonPropertyName("content")] string Content,
    [property: JsonPropertyName("content_length")] int ContentLength,
    [property: JsonPropertyName("context_operations")] IReadOnlyList<ContextOperation> ContextOperations,
    [property: JsonPropertyName("recursion_state")] RecursionState RecursionState);

/// <summary>How many rounds a cycle has run, and what ends it.</summary>
/// <param name="CycleCount">The number of completed rounds: 0 in the first.</param>
/// <param name="TerminationConditions">The conditions that end the rounds, such as <c>max_cycles:3</c>.</param>
public sealed record RecursionState(
    [property: JsonPropertyName("cycle_count")] int CycleCount,
    [property: JsonPropertyName("termination_conditions")] IReadOnlyList<string> TerminationConditions);

/// <summary>A cycle is complete.</summary>
/// <param name="CycleId">The cycle.</param>
/// <param name="Result">The answer.</param>
/// <param name="Learned">The answer to index for later cycles; null if it only quotes the input and earlier cycles.</param>
public sealed record CycleComplete(string CycleId, CycleResult Result, string? Learned);

/// <summary>A phase failed.</summary>
/// <param name="CycleId">The cycle.</param>
/// <param name="Phase">The phase.</param>
/// <param name="Reason">Why, for a person.</param>
/// <param name="IsTransient">Whether the cause is the database, so that it is not counted as a failed attempt.</param>
public sealed record PhaseFailed(string CycleId, Phase Phase, string Reason, bool IsTransient = false);

/// <summary>The beginning of an input, which is copied into the messages.</summary>
internal static class ContentHead
{
    /// <summary>The maximum length, in UTF-16 units.</summary>
    public const int MaxLength = 8 * 1024;

    /// <summary>The input or its beginning. A surrogate pair is not split.</summary>
    public static string Of(string content) => content[..PlainText.Border(content, MaxLength)];
}
