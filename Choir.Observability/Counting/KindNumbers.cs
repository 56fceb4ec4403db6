namespace Choir.Observability;

/// <summary>Numbers the message kinds of a host, so that threads can count them in arrays.</summary>
internal sealed class KindNumbers(WindowClock windows)
{
    private int _last = -1;

    public WindowClock Windows { get; } = windows;

    public MessageKind Make(string actorType, string messageType) => new(Interlocked.Increment(ref _last), actorType, messageType);
}
