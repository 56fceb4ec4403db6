namespace Choir.Contracts.Threads;

/// <summary>The six phases of a cycle, in the order in which the PostChain runs them.</summary>
public enum Phase
{
    /// <summary>The immediate present: a first framing of the input.</summary>
    Action = 1,

    /// <summary>The past: what earlier cycles said about the input.</summary>
    Experience = 2,

    /// <summary>The desired future: the goals in the input, and how each piece of context serves them.</summary>
    Intention = 3,

    /// <summary>What to keep: tags and links between pieces of context.</summary>
    Observation = 4,

    /// <summary>What to let go of.</summary>
    Understanding = 5,

    /// <summary>The answer, and whether to go round again.</summary>
    Yield = 6,
}
