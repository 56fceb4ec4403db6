namespace Choir.Actors.Telemetry;

/// <summary>Where in a kind's cells each histogram stands.</summary>
internal sealed class CellLayout(Buckets times, Buckets sizes)
{
    /// <summary>The buckets of times.</summary>
    public Buckets Times { get; } = times;

    /// <summary>The buckets of sizes.</summary>
    public Buckets Sizes { get; } = sizes;

    /// <summary>The time in the handler.</summary>
    public int Processing => 0;

    /// <summary>The time from being sent to the handler's begin.</summary>
    public int Queue { get; } = CellHistogram.Length(times);

    /// <summary>The size of the data.</summary>
    public int Size { get; } = 2 * CellHistogram.Length(times);

    /// <summary>How many numbers there are.</summary>
    public int Length { get; } = (2 * CellHistogram.Length(times)) + CellHistogram.Length(sizes);
}

/// <summary>The cells of all threads of one host.</summary>
internal sealed class CellRegistry(CellLayout layout, int kinds) : IDisposable
{
    [ThreadStatic]
    private static ThreadCells? _last;

    private readonly ThreadLocal<ThreadCells?> _mine = new();
    private readonly Lock _gate = new();
    private ThreadCells[] _all = [];
    private long _numbers;

    /// <summary>How a kind's cells are laid out.</summary>
    public CellLayout Layout { get; } = layout;

    /// <summary>The cells of every thread that has counted anything.</summary>
    public ReadOnlySpan<ThreadCells> All => Volatile.Read(ref _all);

    /// <summary>The memory that the cells take, in bytes.</summary>
    public long Memory => (Interlocked.Read(ref _numbers) * sizeof(long)) + (All.Length * (kinds + 64) * sizeof(long));

    /// <summary>The cells of the thread that calls.</summary>
    public ThreadCells Current()
    {
        var last = _last;
        return last is not null && ReferenceEquals(last.Registry, this) ? last : Find();
    }

    /// <summary>Counts the memory of new cells.</summary>
    public long[] Count(long[] cells)
    {
        Interlocked.Add(ref _numbers, cells.Length);
        return cells;
    }

    /// <inheritdoc/>
    public void Dispose() => _mine.Dispose();

    private ThreadCells Find() => _last = _mine.Value ??= Adopt();

    /// <summary>
    /// Threads of the pool come and go. The cells of one that has ended are taken over with their counts, so that none is
    /// lost and their number stays that of the threads alive.
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

            var mine = new ThreadCells(this, Thread.CurrentThread, kinds);
            Volatile.Write(ref _all, [.. _all, mine]);
            return mine;
        }
    }
}
