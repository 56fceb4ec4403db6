using System.Collections.Concurrent;

namespace Choir.Actors.Inspection;

/// <summary>Counts the calls to something outside of a host's actors. Register it as <see cref="IDependencyFigures"/> to have it reported.</summary>
/// <param name="name">What is called, such as <c>model</c>.</param>
/// <param name="time">The clock.</param>
public sealed class DependencyCalls(string name, TimeProvider time) : IDependencyFigures
{
    /// <summary>The most kinds of calls; further ones are counted as <c>other</c>.</summary>
    public const int MaxOperations = 16;

    private const string Other = "other";

    private readonly ConcurrentDictionary<string, DependencyOperation> _operations = new(StringComparer.Ordinal);

    /// <summary>The counts of a kind of call.</summary>
    /// <param name="operation">The kind, such as <c>chat</c>.</param>
    public DependencyOperation Operation(string operation) =>
        _operations.TryGetValue(operation, out var known) ? known
        : _operations.GetOrAdd(_operations.Count < MaxOperations ? operation : Other, static (_, time) => new DependencyOperation(time), time);

    /// <inheritdoc/>
    public IReadOnlyList<DependencyFigures> Read() =>
        [.. _operations.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => one.Value.Read(name, one.Key))];
}

/// <summary>The calls of one kind. Counting takes no lock and allocates nothing.</summary>
public sealed class DependencyOperation
{
    private readonly TimeProvider _time;
    private readonly CallWindow _window;
    private int _running;

    internal DependencyOperation(TimeProvider time) => (_time, _window) = (time, new CallWindow(time));

    /// <summary>Counts the start of a call.</summary>
    /// <returns>A time stamp for <see cref="Ended(long, bool)"/>.</returns>
    public long Started()
    {
        Interlocked.Increment(ref _running);
        return _time.GetTimestamp();
    }

    /// <summary>Counts the end of a call.</summary>
    /// <param name="started">What <see cref="Started"/> returned.</param>
    /// <param name="failed">Whether it failed.</param>
    public void Ended(long started, bool failed) => Ended(_time.GetElapsedTime(started), failed);

    /// <summary>Counts the end of a call whose duration is known.</summary>
    /// <param name="duration">The duration.</param>
    /// <param name="failed">Whether it failed.</param>
    public void Ended(TimeSpan duration, bool failed)
    {
        Interlocked.Decrement(ref _running);
        _window.Add(duration, failed);
    }

    /// <summary>Counts something that has ended and whose start was not counted.</summary>
    /// <param name="duration">How long it took.</param>
    /// <param name="failed">Whether it failed.</param>
    public void Record(TimeSpan duration, bool failed) => _window.Add(duration, failed);

    internal DependencyFigures Read(string name, string operation)
    {
        var (calls, failures, mean, p95, seconds) = _window.Read();
        return new DependencyFigures(
            name, operation, calls / seconds, mean, p95, calls > 0 ? (double)failures / calls : 0, Math.Max(0, Volatile.Read(ref _running)), Limit: null, Waiting: 0);
    }
}
