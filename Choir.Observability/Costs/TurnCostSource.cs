using System.Diagnostics;
using System.Diagnostics.Tracing;

namespace Choir.Observability;

/// <summary>
/// Events for a profiler: which thread runs which turn, and what it costs. While nobody listens it does nothing. Read by the
/// load test's <c>--profile</c>; the stacks of its events mean nothing.
/// </summary>
[EventSource(Name = SourceName)]
internal sealed class TurnCostSource : EventSource
{
    /// <summary>The name for listeners.</summary>
    public const string SourceName = "Choir-Actors-Costs";

    /// <summary>The id of <see cref="KindNumbered"/>.</summary>
    public const int KindEvent = 1;

    /// <summary>The id of <see cref="ThreadNumbered"/>.</summary>
    public const int ThreadEvent = 2;

    /// <summary>The id of <see cref="Turns"/>.</summary>
    public const int TurnsEvent = 3;

    /// <summary>The id of <see cref="Totals"/>.</summary>
    public const int TotalsEvent = 4;

    /// <summary>How often threads' turns are sent.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>The source. Created at a host's start, because a profiler can only enable a source that exists.</summary>
    public static readonly TurnCostSource Log = new();

    private readonly Lock _gate = new();
    private readonly HashSet<ThreadTurns> _threads = [];
    private Timer? _timer;
    private int _session = 1;
    private int _kindsSent;
    private int _totalsSent;

    private TurnCostSource()
    {
    }

    /// <summary>The number of the listening session: another one has to be told all numbers again.</summary>
    internal int Session => Volatile.Read(ref _session);

    /// <summary>How often <see cref="Totals"/> was sent.</summary>
    internal int TotalsSent => Volatile.Read(ref _totalsSent);

    /// <summary>The meaning of a kind's number.</summary>
    [Event(KindEvent)]
    public void KindNumbered(int id, string actorType, string messageType) => WriteEvent(KindEvent, id, actorType, messageType);

    /// <summary>The number of the thread that sends the event.</summary>
    [Event(ThreadEvent)]
    public void ThreadNumbered(int thread) => WriteEvent(ThreadEvent, thread);

    /// <summary>The turns of a thread.</summary>
    /// <param name="thread">The thread's number.</param>
    /// <param name="sequence">Counts the thread's events; a gap means that events were lost.</param>
    /// <param name="start">The timestamp that the first entry counts from.</param>
    /// <param name="kind">The kind that ran at that time.</param>
    /// <param name="entries">The entries: see <see cref="TurnSwitches"/>.</param>
    [Event(TurnsEvent)]
    public void Turns(int thread, int sequence, long start, int kind, byte[] entries) =>
        WriteEvent(TurnsEvent, thread, sequence, start, kind, entries);

    /// <summary>What the process used since its start.</summary>
    /// <param name="at">The timestamp.</param>
    /// <param name="frequency">Timestamps per second.</param>
    /// <param name="cpu">CPU time in nanoseconds.</param>
    /// <param name="allocated">Allocated bytes.</param>
    /// <param name="knowsThreads">1 if the CPU time of threads is known, else 0.</param>
    [Event(TotalsEvent)]
    public void Totals(long at, long frequency, long cpu, long allocated, int knowsThreads) =>
        WriteEvent(TotalsEvent, at, frequency, cpu, allocated, knowsThreads);

    /// <summary>Creates <see cref="Log"/> unless it exists.</summary>
    [NonEvent]
    internal static void Create() => _ = Log;

    /// <summary>Adds a thread to those whose turns are sent.</summary>
    [NonEvent]
    internal void Join(ThreadTurns thread)
    {
        lock (_gate)
        {
            _threads.Add(thread);
        }
    }

    /// <inheritdoc/>
    protected override void OnEventCommand(EventCommandEventArgs command)
    {
        // The end of a session is noticed by the timer: the source may have another listener.
        if (command.Command != EventCommand.Enable)
        {
            return;
        }

        lock (_gate)
        {
            Interlocked.Increment(ref _session);
            _kindsSent = 0;
            _timer ??= StartTimer();
            TurnCosts.IsOn = true;
        }
    }

    // Its callbacks belong to no turn and no trace.
    private Timer StartTimer()
    {
        var flow = ExecutionContext.IsFlowSuppressed() ? (AsyncFlowControl?)null : ExecutionContext.SuppressFlow();
        try
        {
            return new Timer(static source => ((TurnCostSource)source!).Send(), this, Interval, Interval);
        }
        finally
        {
            flow?.Undo();
        }
    }

    // No event is written and no thread's lock is taken inside of the source's own: commands come with locks of the runtime held.
    [NonEvent]
    private void Send()
    {
        ThreadTurns[] threads;
        ReadOnlySpan<TurnKind> kinds;
        bool isOn;
        lock (_gate)
        {
            isOn = IsEnabled();
            _threads.RemoveWhere(thread => !thread.IsAlive);
            threads = [.. _threads];
            kinds = TurnKind.All[_kindsSent..];
            _kindsSent += kinds.Length;
            if (!isOn)
            {
                Stop();
            }
        }

        if (!isOn)
        {
            Array.ForEach(threads, thread => thread.Clear());
            return;
        }

        foreach (var kind in kinds)
        {
            KindNumbered(kind.Id, kind.ActorType, kind.MessageType);
        }

        Array.ForEach(threads, thread => thread.Send());
        Totals(
            Stopwatch.GetTimestamp(), Stopwatch.Frequency, (long)Environment.CpuUsage.TotalTime.TotalNanoseconds,
            GC.GetTotalAllocatedBytes(), ThreadClock.IsKnown ? 1 : 0);
        Interlocked.Increment(ref _totalsSent);
    }

    [NonEvent]
    private void Stop()
    {
        TurnCosts.IsOn = false;
        _timer?.Dispose();
        _timer = null;
        _threads.Clear();
    }
}
