using Choir.LoadTest.Costs.Recording;
using Choir.Observability;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Etlx;
using Microsoft.Diagnostics.Tracing.EventPipe;
using Microsoft.Diagnostics.Tracing.Parsers;
using Microsoft.Diagnostics.Tracing.Parsers.Clr;

namespace Choir.LoadTest.Costs.Reading;

/// <summary>Reads a recording: attributes samples, allocations and contention to the turn that ran on their thread.</summary>
internal sealed class TraceReader
{
    private const double NanosecondsPerSecond = 1e9;
    private const string UnknownType = "?";

    private readonly TurnEventReader _turns = new();
    private readonly List<Occurrence<CallStackIndex>> _samples = [];
    private readonly List<Occurrence<(string Type, long Bytes)>> _allocations = [];
    private readonly List<Occurrence<double>> _contentions = [];

    private TraceReader()
    {
    }

    /// <summary>Reads a file that <see cref="TraceSession"/> recorded.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="CostException">It cannot be read.</exception>
    public static RawProfile Read(string file, CancellationToken cancellationToken)
    {
        var indexed = Path.ChangeExtension(file, ".etlx");
        try
        {
            using var log = new TraceLog(TraceLog.CreateFromEventPipeDataFile(file, indexed, new TraceLogOptions { ContinueOnError = true }));
            return new TraceReader().Read(log, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The library throws any exception for a file that was cut off.
            throw new CostException($"The recording cannot be read ({e.GetType().Name}: {e.Message}).");
        }
        finally
        {
            File.Delete(indexed);
        }
    }

    private RawProfile Read(TraceLog log, CancellationToken cancellationToken)
    {
        using var source = log.Events.GetSource();
        using var stop = cancellationToken.Register(source.StopProcessing);
        new SampleProfilerTraceEventParser(source).ThreadSample += sample =>
        {
            // Other samples are of threads that wait, or run native code.
            if (sample.Type == ClrThreadSampleType.Managed && sample.CallStackIndex() is var stack && stack != CallStackIndex.Invalid)
            {
                _samples.Add(new(sample.ThreadID, TimestampOf(sample), stack));
            }
        };
        source.Clr.GCAllocationTick += tick => _allocations.Add(new(
            tick.ThreadID, TimestampOf(tick), (string.IsNullOrEmpty(tick.TypeName) ? UnknownType : tick.TypeName, tick.AllocationAmount64)));
        source.Clr.ContentionStop += contention =>
            _contentions.Add(new(contention.ThreadID, TimestampOf(contention), contention.DurationNs / NanosecondsPerSecond));
        source.AllEvents += data =>
        {
            if (data.ProviderName == TurnCostSource.SourceName)
            {
                _turns.Read((int)data.ID, data.ThreadID, TimestampOf(data), data.EventData());
            }
        };
        source.Process();
        cancellationToken.ThrowIfCancellationRequested();
        return Attribute(log);
    }

    private RawProfile Attribute(TraceLog log)
    {
        var totals = _turns.Totals.OrderBy(total => total.At).ToList();
        var (first, last) = totals.Count > 1 ? (totals[0], totals[^1]) : default;
        var (from, to) = totals.Count > 1 ? (first.At, last.At) : (long.MinValue, long.MaxValue);
        var use = new Dictionary<int, TurnUse>();
        var lost = _turns.Complete(from, to, use);
        var allocations = Sum(_allocations, from, to, allocation => allocation.Type, allocation => allocation.Bytes);
        return new RawProfile(
            totals.Count > 1 ? (double)(last.At - first.At) / last.Frequency : log.SessionDuration.TotalSeconds,
            totals.Count > 1 ? (last.CpuNanoseconds - first.CpuNanoseconds) / NanosecondsPerSecond : null,
            totals.Count > 1 ? last.AllocatedBytes - first.AllocatedBytes : allocations.Values.Sum(),
            totals.Count > 1 && last.KnowsThreads,
            _turns.Kinds,
            use,
            new StackReader(log).Read(Sum(_samples, from, to, stack => stack, _ => 1L)),
            allocations,
            _contentions.Where(contention => contention.At >= from && contention.At <= to)
                .GroupBy(KindOf)
                .ToDictionary(group => group.Key, group => (group.Sum(contention => contention.What), group.LongCount())),
            [.. Problems(log.EventsLost, lost)]);
    }

    private IEnumerable<string> Problems(int eventsLost, int turnsLost)
    {
        if (eventsLost > 0 || turnsLost > 0)
        {
            yield return $"{Math.Max(eventsLost, turnsLost):N0} events of the recording were lost, so that shares are less exact; profile at a lower rate.";
        }

        if (_turns.Invalid > 0)
        {
            yield return $"{_turns.Invalid:N0} events about turns could not be read: is the process of another version?";
        }
    }

    private Dictionary<(int Kind, TKey What), long> Sum<T, TKey>(
        List<Occurrence<T>> occurrences, long from, long to, Func<T, TKey> key, Func<T, long> value)
    {
        var sums = new Dictionary<(int, TKey), long>();
        foreach (var occurrence in occurrences.Where(occurrence => occurrence.At >= from && occurrence.At <= to))
        {
            var what = (KindOf(occurrence), key(occurrence.What));
            sums[what] = sums.GetValueOrDefault(what) + value(occurrence.What);
        }

        return sums;
    }

    private int KindOf<T>(Occurrence<T> occurrence) => _turns.KindAt(occurrence.Thread, occurrence.At);

    // In the unit of Stopwatch, as the entries of turns: the runtime stamps its events with the same clock.
#pragma warning disable CS0618 // It is discouraged for those who want milliseconds.
    private static long TimestampOf(TraceEvent data) => data.TimeStampQPC;
#pragma warning restore CS0618

    private readonly record struct Occurrence<T>(int Thread, long At, T What);
}
