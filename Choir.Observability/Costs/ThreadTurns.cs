using System.Diagnostics;

namespace Choir.Observability;

/// <summary>The turns that one thread runs. Written by the thread, and sent when the buffer is full or a tenth of a second has passed.</summary>
internal sealed class ThreadTurns
{
    private const int Capacity = 16_384;

    [ThreadStatic]
    private static ThreadTurns? _current;
    private static int _threads;

    private readonly Lock _gate = new();
    private readonly int _number = Interlocked.Increment(ref _threads);
    private readonly Thread _thread = Thread.CurrentThread;
    private byte[]? _buffer;
    private int _length;
    private int _session;
    private int _sent;
    private int _kindAtStart;
    private int _kind;
    private long _start;
    private long _at;
    private long _cpu;
    private long _allocated;
    private bool _isBusy;

    /// <summary>Whether the next entry begins a turn.</summary>
    public bool IsBeginning { get; set; }

    /// <summary>Whether the thread has not ended.</summary>
    public bool IsAlive => _thread.IsAlive;

    /// <summary>The turns of this thread.</summary>
    public static ThreadTurns Current() => _current ??= new ThreadTurns();

    /// <summary>The thread runs code of another kind from now on.</summary>
    /// <remarks>It never throws: the runtime ends the process for an exception in a handler of an async local.</remarks>
    public void Record(int kind)
    {
        // A listener in this process may cause changes itself, on this thread.
        if (_isBusy)
        {
            return;
        }

        _isBusy = true;
        try
        {
            lock (_gate)
            {
                Add(kind);
            }
        }
        catch (Exception)
        {
            // A profile with a gap is better than a turn that fails.
            _length = 0;
        }
        finally
        {
            IsBeginning = false;
            _isBusy = false;
        }
    }

    /// <summary>Sends what was recorded, unless the thread is recording just now: then it is sent the next time. For any thread.</summary>
    public void Send()
    {
        if (!_gate.TryEnter())
        {
            return;
        }

        try
        {
            SendAll();
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Forgets what was recorded, and frees the memory.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _buffer = null;
            _length = 0;
            _session = 0;
        }
    }

    private void Add(int kind)
    {
        var source = TurnCostSource.Log;
        if (_session != source.Session)
        {
            // Sent by the thread itself: the event's header has the thread's id as samples have it.
            source.Join(this);
            source.ThreadNumbered(_number);
            _session = source.Session;
            _buffer ??= new byte[Capacity];
            _length = 0;
            _kind = TurnKind.None;
            SetBase();
        }

        var (at, cpu, allocated) = (Stopwatch.GetTimestamp(), ThreadClock.Now(), GC.GetAllocatedBytesForCurrentThread());
        var entry = new TurnSwitch(at, cpu - _cpu, allocated - _allocated, kind, IsBeginning && kind != TurnKind.None);
        _length += TurnSwitches.Write(_buffer.AsSpan(_length), at - _at, entry);
        (_at, _cpu, _allocated, _kind) = (at, cpu, allocated, kind);
        if (_length > Capacity - TurnSwitches.MaxLength)
        {
            SendAll();
            SetBase();
        }
    }

    private void SendAll()
    {
        if (_length > 0 && _buffer is not null)
        {
            var bytes = _buffer.AsSpan(0, _length).ToArray();
            _length = 0;
            TurnCostSource.Log.Turns(_number, _sent++, _start, _kindAtStart, bytes);
        }

        (_start, _kindAtStart) = (_at, _kind);
    }

    // What sending costs belongs to no turn.
    private void SetBase()
    {
        (_at, _cpu, _allocated) = (Stopwatch.GetTimestamp(), ThreadClock.Now(), GC.GetAllocatedBytesForCurrentThread());
        (_start, _kindAtStart) = (_at, _kind);
    }
}
