namespace Choir.Contracts.Threads;

/// <summary>The six phases of a cycle, in the order in which the PostChain runs them.</summary>
public enum Phase
{
    /// <summary>A first response to the input.</summary>
    Action = 1,

    /// <summary>Finds what earlier cycles say about the input.</summary>
    Experience = 2,

    /// <summary>Finds the goals in the input, and weights each piece of context by them.</summary>
    Intention = 3,

    /// <summary>Tags pieces of context and links them.</summary>
    Observation = 4,

    /// <summary>Removes pieces of context that are not needed.</summary>
    Understanding = 5,

    /// <summary>Writes the answer, and decides whether to run another round.</summary>
    Yield = 6,
}
