namespace Choir.Observability;

/// <summary>
/// Kinds of messages that this process sent to actors of other hosts and whose outcome it does not know. They are not
/// handled here, so they have no histograms. Their number is bounded.
/// </summary>
internal sealed class SentKinds
{
    /// <summary>The index of a kind that has no cells.</summary>
    public const int NoIndex = -1;

    /// <summary>The limit of kinds; all further ones are counted as one.</summary>
    public const int MaxKinds = 256;

    private readonly Lock _gate = new();
    private MessageKind[] _all = [];

    /// <summary>The kind of all that exceeds the limit.</summary>
    public MessageKind Other { get; } = new(NoIndex, TelemetryNames.Other, MessageKind.Unknown);

    public ReadOnlySpan<MessageKind> All => Volatile.Read(ref _all);

    public MessageKind Of(string actorType, string messageType)
    {
        lock (_gate)
        {
            if (Array.Find(_all, kind => kind.ActorType == actorType && kind.MessageType == messageType) is { } known)
            {
                return known;
            }

            var kind = _all.Length < MaxKinds - 1 ? new MessageKind(NoIndex, actorType, messageType) : Other;
            if (!Array.Exists(_all, known => ReferenceEquals(known, kind)))
            {
                Volatile.Write(ref _all, [.. _all, kind]);
            }

            return kind;
        }
    }
}
