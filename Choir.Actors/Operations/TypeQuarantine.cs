namespace Choir.Actors.Operations;

/// <summary>The quarantines of one actor type on this host. Never changed: a new one replaces it.</summary>
internal sealed class TypeQuarantine(Quarantine[] rules)
{
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<Quarantine> Rules => rules;

    /// <summary>Completes when the type has other quarantines, or none. Then look again.</summary>
    public Task Replaced => _replaced.Task;

    /// <summary>The quarantine that applies to a message of an actor; null if there is none.</summary>
    /// <param name="id">The actor's id.</param>
    /// <param name="messageType">The message type; null for a timer or a reminder.</param>
    public Quarantine? Of(string id, string? messageType)
    {
        // Called for each message of the type: no closure.
        foreach (var rule in rules)
        {
            if ((rule.Id is null || rule.Id == id) && (rule.MessageType is null || rule.MessageType == messageType))
            {
                return rule;
            }
        }

        return null;
    }

    /// <summary>Whether what applies to a message is that it waits.</summary>
    /// <inheritdoc cref="Of"/>
    public bool Pauses(string id, string? messageType) => Of(id, messageType) is { Mode: QuarantineMode.Pause };

    public void OnReplaced() => _replaced.TrySetResult();
}
