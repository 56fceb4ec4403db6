namespace Choir.Actors.Inspection;

/// <summary>A message as the methods that deliver it hold it, so that a stack can say whose answer they await.</summary>
internal interface IAskMessage
{
    /// <summary>Whether the sender awaits the answer.</summary>
    bool ExpectsReply { get; }

    /// <summary>The receiver; empty if it has not been found yet.</summary>
    ActorAddress Receiver { get; }

    /// <summary>The message type.</summary>
    string Type { get; }
}
