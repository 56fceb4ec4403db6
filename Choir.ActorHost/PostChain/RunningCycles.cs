using Choir.Actors;
using Choir.Storage;

namespace Choir.ActorHost.PostChain;

/// <summary>
/// The running cycles of one thread: which of them are in its phases, which wait until one of those has ended, and which have
/// lost their message.
/// </summary>
/// <remarks>
/// A thread's phases are one actor each, which handles one message at a time in the order of arrival. So a message that waits
/// has at most <c>capacity - 1</c> others before it, each for at most the step timeout. A cycle has lost its message if no
/// cycle of the thread has progressed for the step timeout, or if it has not progressed itself for <c>capacity</c> step
/// timeouts. All times are monotonic: a step of the wall clock makes nothing lost.
/// </remarks>
internal sealed class RunningCycles(TimeProvider time, int capacity, TimeSpan stepTimeout, HostCycles host)
{
    /// <summary>The longest delay between two attempts whose message was lost.</summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(5);

    /// <summary>The longest delay after a failure of the phase.</summary>
    private static readonly TimeSpan MaxFailureDelay = TimeSpan.FromSeconds(30);

    // In the order of acceptance.
    private readonly List<RunningCycleEntry> _cycles = [];

    // When a cycle of the thread last saved a phase, failed in one, or ended.
    private long _progressAt = time.GetTimestamp();

    public int Count => _cycles.Count;

    /// <summary>The ids of the cycles that are in the phases.</summary>
    public Guid[] InPhases => [.. _cycles.Where(cycle => cycle.IsInPhases).Select(cycle => cycle.Id)];

    /// <summary>Whether a cycle that is in the phases may have lost its message: <see cref="Progressed"/> is needed to know.</summary>
    public bool HasSuspects => _cycles.Exists(IsSuspect);

    /// <summary>Adds a cycle that waits. A cycle that is known already stays as it is.</summary>
    public RunningCycleEntry Add(Guid id, Guid correlationId, TraceContext trace)
    {
        if (_cycles.Find(known => known.Id == id) is { } existing)
        {
            return existing;
        }

        var cycle = new RunningCycleEntry(id, correlationId, trace) { ProgressAt = time.GetTimestamp() };
        _cycles.Add(cycle);
        host.Add(1);
        return cycle;
    }

    /// <summary>Takes over the cycles that an earlier activation had accepted, oldest first.</summary>
    public void Restore(IReadOnlyList<RunningCycle> stored)
    {
        Clear();
        foreach (var one in stored)
        {
            var cycle = Add(one.CycleId, one.CorrelationId, TraceContext.Parse(one.TraceParent));
            cycle.ProgressAt -= Ticks(one.SinceProgress);
            cycle.SavedPhases = one.SavedPhases;
            cycle.IsInPhases = one.SavedPhases > 0 || HasCapacity;
        }

        var newest = _cycles.Where(cycle => cycle.IsInPhases).Select(cycle => cycle.ProgressAt).DefaultIfEmpty(_progressAt).Max();
        _progressAt = Math.Min(_progressAt, newest);
    }

    /// <summary>The oldest cycle that waits, if there is capacity for it; null otherwise.</summary>
    public RunningCycleEntry? Next => HasCapacity ? _cycles.Find(cycle => !cycle.IsInPhases) : null;

    /// <summary>A message of the cycle is about to be sent to a phase.</summary>
    public void Started(RunningCycleEntry cycle)
    {
        cycle.IsInPhases = true;
        cycle.ProgressAt = time.GetTimestamp();
    }

    /// <summary>How many phases each cycle has saved, by id; a cycle that is not in it has saved none.</summary>
    public void Progressed(IReadOnlyDictionary<Guid, int> savedPhases)
    {
        foreach (var cycle in _cycles)
        {
            if (savedPhases.GetValueOrDefault(cycle.Id) is var saved && saved > cycle.SavedPhases)
            {
                cycle.SavedPhases = saved;
                cycle.FailuresInARow = 0;
                cycle.ProgressAt = _progressAt = time.GetTimestamp();
            }
        }
    }

    /// <summary>
    /// The cycles that are to be sent again: their phase has failed and its delay has passed, or their message is lost.
    /// </summary>
    public IReadOnlyList<RunningCycleEntry> TakeLost()
    {
        var lost = new List<RunningCycleEntry>();
        foreach (var cycle in _cycles.Where(IsSuspect))
        {
            var isStuck = Since(_progressAt) >= stepTimeout || Since(cycle.ProgressAt) >= capacity * stepTimeout;
            if (cycle.HasFailed || isStuck)
            {
                lost.Add(cycle);
            }
            else
            {
                cycle.NotBefore = time.GetTimestamp() + Ticks(stepTimeout / 4);
            }
        }

        return lost;
    }

    /// <summary>A cycle is sent again for the n-th time, from 1. It is not sent another time before twice the last delay.</summary>
    public void Resent(RunningCycleEntry cycle, int attempts)
    {
        cycle.HasFailed = false;
        Started(cycle);
        var delay = Math.Min(MaxDelay / stepTimeout, Math.Pow(2, attempts));
        cycle.NotBefore = time.GetTimestamp() + Ticks(stepTimeout * Math.Max(1, delay));
    }

    /// <summary>
    /// A phase of the cycle has failed; it is tried again after a delay, which doubles with each failure in a row.
    /// </summary>
    /// <param name="id">The cycle.</param>
    /// <param name="reason">Why, for a person.</param>
    /// <param name="isTransient">Whether the cause is outside the cycle, so that it is no failed attempt.</param>
    public void Failed(Guid id, string reason, bool isTransient)
    {
        if (_cycles.Find(cycle => cycle.Id == id) is { } cycle)
        {
            cycle.HasFailed = true;
            cycle.IsTransient = isTransient;
            cycle.Reason = reason;
            var delay = TimeSpan.FromSeconds(Math.Min(MaxFailureDelay.TotalSeconds, Math.Pow(2, cycle.FailuresInARow++)));
            cycle.NotBefore = time.GetTimestamp() + Ticks(delay);
            _progressAt = time.GetTimestamp();
        }
    }

    /// <summary>The cycle has ended.</summary>
    public void Remove(Guid id)
    {
        if (_cycles.RemoveAll(cycle => cycle.Id == id) > 0)
        {
            host.Add(-1);
            _progressAt = time.GetTimestamp();
        }
    }

    /// <summary>The thread leaves this host, or is about to read its cycles again.</summary>
    public void Clear()
    {
        host.Add(-_cycles.Count);
        _cycles.Clear();
    }

    private bool HasCapacity => _cycles.Count(cycle => cycle.IsInPhases) < capacity;

    private bool IsSuspect(RunningCycleEntry cycle) =>
        cycle.IsInPhases
        && time.GetTimestamp() >= cycle.NotBefore
        && (cycle.HasFailed || Since(cycle.ProgressAt) >= stepTimeout);

    private TimeSpan Since(long timestamp) => time.GetElapsedTime(timestamp);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}

/// <summary>A running cycle. Times are timestamps of the thread's <see cref="TimeProvider"/>.</summary>
internal sealed class RunningCycleEntry(Guid id, Guid correlationId, TraceContext trace)
{
    public Guid Id { get; } = id;

    public Guid CorrelationId { get; } = correlationId;

    public TraceContext Trace { get; } = trace;

    /// <summary>Whether a message of it was sent to a phase. If not, it waits until another cycle has ended.</summary>
    public bool IsInPhases { get; set; }

    /// <summary>How many phases it had saved when it was last looked at.</summary>
    public int SavedPhases { get; set; }

    /// <summary>When its message was sent or it last saved a phase.</summary>
    public long ProgressAt { get; set; }

    /// <summary>It is not sent again before this time.</summary>
    public long NotBefore { get; set; } = long.MinValue;

    /// <summary>How often its phases have failed since it last saved one.</summary>
    public int FailuresInARow { get; set; }

    /// <summary>Whether its current phase has failed, so that it is sent again although nothing is lost.</summary>
    public bool HasFailed { get; set; }

    /// <summary>Whether that failure is no failed attempt: the database was unavailable.</summary>
    public bool IsTransient { get; set; }

    /// <summary>Why its last phase failed, for a person.</summary>
    public string? Reason { get; set; }
}
