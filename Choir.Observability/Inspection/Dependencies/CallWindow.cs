using Choir.Observability;

namespace Choir.Actors.Inspection;

/// <summary>
/// The durations of the calls of the last minute: twelve slots of five seconds, each with the buckets of <see cref="LatencyBuckets"/>,
/// together 5 KB. A call that ends in the moment in which its slot is emptied may be lost.
/// </summary>
internal sealed class CallWindow
{
    private const int SlotCount = 12;

    private static readonly TimeSpan SlotLength = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly long _ticksPerSlot;
    private readonly Slot[] _slots = [.. Enumerable.Range(0, SlotCount).Select(_ => new Slot())];

    public CallWindow(TimeProvider time)
    {
        (_time, _started) = (time, time.GetTimestamp());
        _ticksPerSlot = (long)(SlotLength.TotalSeconds * time.TimestampFrequency);
    }

    public void Add(TimeSpan duration, bool failed)
    {
        var number = Number();
        var slot = _slots[number % SlotCount];
        slot.Enter(number);
        var microseconds = Math.Max(0, duration.Ticks / TimeSpan.TicksPerMicrosecond);
        Interlocked.Increment(ref slot.Counts[LatencyBuckets.IndexOf(microseconds)]);
        Interlocked.Add(ref slot.Microseconds, microseconds);
        if (failed)
        {
            Interlocked.Increment(ref slot.Failures);
        }
    }

    /// <summary>Calls, failed calls, mean and 95th percentile in ms, and the length of the window.</summary>
    public (long Calls, long Failures, double? MeanMs, double? P95Ms, double Seconds) Read()
    {
        var number = Number();
        var (counts, failures, microseconds) = (new long[LatencyBuckets.Count], 0L, 0L);
        foreach (var slot in _slots)
        {
            if (slot.IsSince(number - SlotCount + 1))
            {
                for (var bucket = 0; bucket < counts.Length; bucket++)
                {
                    counts[bucket] += Volatile.Read(ref slot.Counts[bucket]);
                }

                failures += Volatile.Read(ref slot.Failures);
                microseconds += Interlocked.Read(ref slot.Microseconds);
            }
        }

        var calls = counts.Sum();
        var mean = microseconds / 1e6 / Math.Max(1, calls);
        var age = _time.GetTimestamp() - _started;
        var ticks = Math.Min(age, (age % _ticksPerSlot) + ((SlotCount - 1) * _ticksPerSlot));
        return (
            calls, failures, calls > 0 ? mean * 1_000 : null, LatencyBuckets.Percentile(counts, 0.95, mean) * 1_000,
            Math.Max(1, (double)ticks / _time.TimestampFrequency));
    }

    private long Number() => (_time.GetTimestamp() - _started) / _ticksPerSlot;

    private sealed class Slot
    {
        private long _number = -1;

        public int[] Counts { get; } = new int[LatencyBuckets.Count];

        public int Failures;

        public long Microseconds;

        /// <summary>Empties the slot if it holds an older part of time.</summary>
        public void Enter(long number)
        {
            var holds = Interlocked.Read(ref _number);
            if (holds < number && Interlocked.CompareExchange(ref _number, number, holds) == holds)
            {
                Array.Clear(Counts);
                Volatile.Write(ref Failures, 0);
                Interlocked.Exchange(ref Microseconds, 0);
            }
        }

        public bool IsSince(long number) => Interlocked.Read(ref _number) >= Math.Max(0, number);
    }
}
