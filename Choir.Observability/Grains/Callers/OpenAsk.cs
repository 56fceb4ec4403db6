using Orleans;

namespace Choir.Observability;

/// <summary>A call whose caller has not got its answer yet. If a grain awaits it, it is in a list of that activation.</summary>
/// <remarks>
/// It hangs on the task that Orleans awaits, instead of a task of its own around it, and is used again: so a call costs no allocation here.
/// What is in no list may be used for another call at any time.
/// </remarks>
internal sealed class OpenAsk : ListedCall<OpenAsk>
{
    /// <summary>The most that a thread keeps to be used again.</summary>
    private const int MaxFree = 64;

    [ThreadStatic]
    private static OpenAsk? _free;

    [ThreadStatic]
    private static int _freeCount;

    private readonly Action _onEnded;
    private CallerCalls? _calls;
    private IOutgoingGrainCallContext? _context;
    private Task? _running;
    private CallerCall _call;

    private OpenAsk() => _onEnded = OnEnded;

    /// <summary>When it was made, in ticks of the clock. Only while the activation is locked, as <see cref="Call"/>.</summary>
    public long Sent => _call.Sent;

    /// <summary>The call; the caller does not know the id that the receiver gives it.</summary>
    public AwaitedCall Call => new(_call.Waiter!.Type.Keys.AddressOf(_context!.TargetId), Guid.Empty, _call.Method, Sent) { Answer = _running };

    /// <summary>Counts an ask when it has ended, with what ends it.</summary>
    /// <param name="calls">Counts it.</param>
    /// <param name="context">The call in Orleans.</param>
    /// <param name="call">The call.</param>
    /// <param name="running">Ends when the answer is here.</param>
    public static void Begin(CallerCalls calls, IOutgoingGrainCallContext context, in CallerCall call, Task running)
    {
        var ask = Take();
        (ask._calls, ask._context, ask._running, ask._call) = (calls, context, running, call);
        call.Waiter?.Ask(ask);

        // Where it ends on no scheduler, this runs before the caller goes on.
        running.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(ask._onEnded);
    }

    private void OnEnded()
    {
        _call.Waiter?.EndAsk(this);
        _calls!.End(_context!, _call, _running!);
        (_calls, _context, _running, _call, Older, Newer) = (null, null, null, default, null, null);
        if (_freeCount < MaxFree)
        {
            (Older, _free) = (_free, this);
            _freeCount++;
        }
    }

    private static OpenAsk Take()
    {
        if (_free is not { } ask)
        {
            return new OpenAsk();
        }

        (_free, ask.Older) = (ask.Older, null);
        _freeCount--;
        return ask;
    }
}
