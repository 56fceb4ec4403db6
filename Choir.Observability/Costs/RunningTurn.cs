namespace Choir.Observability;

/// <summary>The turn that the current async flow belongs to, while a profiler listens.</summary>
internal static class RunningTurn
{
    // The runtime calls the handler whenever a thread begins or ends to run code of a turn, also after an await.
    private static readonly AsyncLocal<TurnKind?> Current = new(OnChanged);

    /// <summary>The flow runs a turn from now on.</summary>
    public static void Begin(TurnKind kind)
    {
        var thread = ThreadTurns.Current();
        thread.IsBeginning = true;
        Current.Value = kind;
        if (thread.IsBeginning)
        {
            // The flow came from a turn of the same kind, so the value did not change.
            thread.Record(kind.Id);
        }
    }

    /// <summary>The flow runs no turn any more.</summary>
    public static void End() => Current.Value = null;

    private static void OnChanged(AsyncLocalValueChangedArgs<TurnKind?> change)
    {
        if (TurnCosts.IsOn)
        {
            ThreadTurns.Current().Record(change.CurrentValue?.Id ?? TurnKind.None);
        }
    }
}
