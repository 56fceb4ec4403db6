namespace Choir.Observability;

/// <summary>The offsets of the histograms in the cells of a message kind.</summary>
internal sealed class CellLayout(Buckets times, Buckets sizes)
{
    public Buckets Times { get; } = times;

    public Buckets Sizes { get; } = sizes;

    public int Processing => 0;

    public int Queue { get; } = CellHistogram.Length(times);

    public int Size { get; } = 2 * CellHistogram.Length(times);

    public int Length { get; } = (2 * CellHistogram.Length(times)) + CellHistogram.Length(sizes);
}

/// <summary>The cells of all threads of one host.</summary>
internal sealed class CellRegistry(CellLayout layout) : IDisposable
{
    [ThreadStatic]
    private static ThreadCells? _last;

    private readonly ThreadLocal<ThreadCells?> _mine = new();
    private readonly Lock _gate = new();
    private ThreadCells[] _all = [];
    private long _numbers;

    public CellLayout Layout { get; } = layout;

    public ReadOnlySpan<ThreadCells> All => Volatile.Read(ref _all);

    /// <summary>The memory of the cells, in bytes.</summary>
    public long Memory => Interlocked.Read(ref _numbers) * sizeof(long);

    /// <summary>The cells of the calling thread.</summary>
    public ThreadCells Current()
    {
        var last = _last;
        return last is not null && ReferenceEquals(last.Registry, this) ? last : Find();
    }

    /// <summary>Adds new cells, or references to cells, to <see cref="Memory"/>.</summary>
    public void Count(int numbers) => Interlocked.Add(ref _numbers, numbers);

    /// <inheritdoc/>
    public void Dispose() => _mine.Dispose();

    private ThreadCells Find() => _last = _mine.Value ??= Adopt();

    /// <summary>
    /// Thread-pool threads start and end. A new thread takes over the cells of one that has ended, with their counts, so that
    /// no count is lost and there are never more cells than threads.
    /// </summary>
    private ThreadCells Adopt()
    {
        lock (_gate)
        {
            foreach (var cells in _all)
            {
                if (!cells.Thread.IsAlive)
                {
                    cells.Thread = Thread.CurrentThread;
                    cells.Running = null;
                    return cells;
                }
            }

            var mine = new ThreadCells(this, Thread.CurrentThread);
            Volatile.Write(ref _all, [.. _all, mine]);
            return mine;
        }
    }
}
