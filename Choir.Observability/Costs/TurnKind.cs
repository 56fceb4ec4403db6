namespace Choir.Observability;

/// <summary>What a turn is for: a message type of an actor type, or <see cref="Timer"/> and the like. One object for all hosts of the process.</summary>
/// <param name="id">Its number, from 1.</param>
/// <param name="actorType">The actor type.</param>
/// <param name="messageType">The message type, or what else the turn is for, in brackets.</param>
internal sealed class TurnKind(int id, string actorType, string messageType)
{
    /// <summary>The number of no turn.</summary>
    public const int None = 0;

    /// <summary>Stands for the message type while an actor is activated.</summary>
    public const string Activation = "(activation)";

    /// <summary>Stands for the message type in a turn of a timer.</summary>
    public const string Timer = "(timer)";

    /// <summary>Stands for the message type in a turn of a reminder.</summary>
    public const string Reminder = "(reminder)";

    /// <summary>Stands for the message type while an actor is restarted.</summary>
    public const string Restart = "(restart)";

    /// <summary>The limit of kinds; all further ones are one.</summary>
    public const int MaxKinds = 4_096;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<(string ActorType, string MessageType), TurnKind> Known = [];
    private static TurnKind[] _all = [];

    public int Id { get; } = id;

    public string ActorType { get; } = actorType;

    public string MessageType { get; } = messageType;

    /// <summary>All kinds so far, in the order of their numbers.</summary>
    public static ReadOnlySpan<TurnKind> All => Volatile.Read(ref _all);

    /// <summary>The kind of a turn; always the same object.</summary>
    public static TurnKind Of(string actorType, string messageType)
    {
        lock (Gate)
        {
            if (Known.TryGetValue((actorType, messageType), out var known))
            {
                return known;
            }

            if (_all.Length == MaxKinds)
            {
                return _all[^1];
            }

            var kind = _all.Length < MaxKinds - 1
                ? new TurnKind(_all.Length + 1, actorType, messageType)
                : new TurnKind(_all.Length + 1, TelemetryNames.Other, MessageKind.Unknown);
            Known.Add((actorType, messageType), kind);
            Volatile.Write(ref _all, [.. _all, kind]);
            return kind;
        }
    }

    /// <summary>The kind of a turn that is no message.</summary>
    /// <param name="actorType">The actor type.</param>
    /// <param name="what"><c>timer</c>, <c>reminder</c> or <c>restart</c>.</param>
    public static TurnKind OfUpkeep(string actorType, string what) => Of(actorType, what switch
    {
        "timer" => Timer,
        "reminder" => Reminder,
        _ => Restart,
    });
}
