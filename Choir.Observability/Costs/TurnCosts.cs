namespace Choir.Observability;

/// <summary>
/// Says which turn runs on which thread, while a profiler listens to <see cref="TurnCostSource"/>. Otherwise the only cost is
/// reading <see cref="IsOn"/> once a turn.
/// </summary>
internal static class TurnCosts
{
    /// <summary>Whether a profiler listens.</summary>
    /// <remarks>
    /// A plain field of a class without a static constructor, so that reading it is one instruction. A turn that sees the old value
    /// is not counted, or is counted into a buffer that nobody reads.
    /// </remarks>
    public static bool IsOn;

    /// <summary>Begins a turn on this thread. What the turn awaits continues in it, on any thread.</summary>
    /// <param name="kind">What runs in it.</param>
    /// <returns>What <see cref="Leave"/> takes.</returns>
    public static ExecutionContext? Enter(TurnKind kind)
    {
        var before = ExecutionContext.Capture();
        RunningTurn.Begin(kind);
        return before;
    }

    /// <summary>Ends the part of a turn that ran synchronously.</summary>
    /// <remarks>It restores the context instead of setting the old value, which would allocate at the expense of the turn.</remarks>
    /// <param name="before">What <see cref="Enter"/> returned; null if the flow of the context was suppressed.</param>
    public static void Leave(ExecutionContext? before)
    {
        if (before is null)
        {
            RunningTurn.End();
        }
        else
        {
            ExecutionContext.Restore(before);
        }
    }
}
