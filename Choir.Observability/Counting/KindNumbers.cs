namespace Choir.Observability;

/// <summary>Numbers the message kinds of a host, so that threads can count them in arrays.</summary>
internal sealed class KindNumbers(WindowClock windows)
{
    private int _last = -1;

    public WindowClock Windows { get; } = windows;

    public MessageKind Make(string actorType, string messageType) => new(Next(), actorType, messageType);

    /// <summary>Makes the kind of a method of an ordinary grain.</summary>
    public MessageKind MakeCall(string grainType, string method) => new(Next(), grainType, method, isCall: true);

    private int Next() => Interlocked.Increment(ref _last);
}
