namespace Choir.Actors.Telemetry;

/// <summary>
/// Message kinds that actors of other hosts take, and of which this process has sent some whose outcome it does not know.
/// Nothing is handled here, so they have no histograms. A bounded number.
/// </summary>
internal sealed class SentKinds
{
    /// <summary>The number of a kind that has no cells of its own.</summary>
    public const int NoIndex = -1;

    /// <summary>The most kinds; further ones are counted as one.</summary>
    public const int MaxKinds = 1_024;

    private readonly MessageKind _other = new(NoIndex, TelemetryNames.Other, MessageKind.Unknown);
    private readonly Lock _gate = new();
    private MessageKind[] _all = [];

    /// <summary>All of them, in the order of their making.</summary>
    public ReadOnlySpan<MessageKind> All => Volatile.Read(ref _all);

    /// <summary>The kind of a message that went to another host.</summary>
    /// <param name="actorType">The target's type.</param>
    /// <param name="messageType">The message type.</param>
    public MessageKind Of(string actorType, string messageType)
    {
        lock (_gate)
        {
            if (Array.Find(_all, kind => kind.ActorType == actorType && kind.MessageType == messageType) is { } known)
            {
                return known;
            }

            var made = _all.Length < MaxKinds - 1 ? new MessageKind(NoIndex, actorType, messageType) : _other;
            if (!Array.Exists(_all, kind => ReferenceEquals(kind, made)))
            {
                Volatile.Write(ref _all, [.. _all, made]);
            }

            return made;
        }
    }
}
