namespace Choir.Observatory.Components.Parts;

/// <summary>Dead letters of one message type to one actor type, with the same reason.</summary>
/// <param name="ActorType">The receivers' type.</param>
/// <param name="MessageType">The message type.</param>
/// <param name="Reason">The reason, in a word.</param>
/// <param name="Letters">The letters, the newest first; at least one.</param>
internal sealed record DeadLetterGroup(string ActorType, string MessageType, string Reason, IReadOnlyList<ObservatoryDeadLetter> Letters)
{
    /// <summary>What tells the group from others.</summary>
    public (string ActorType, string MessageType, string Reason) Key => (ActorType, MessageType, Reason);

    /// <summary>The only receiver; null if there are several.</summary>
    public string? OnlyActorId => Letters.All(letter => letter.ActorId == Letters[0].ActorId) ? Letters[0].ActorId : null;

    /// <summary>The number of receivers.</summary>
    public int Actors => Letters.Select(letter => letter.ActorId).Distinct().Count();

    /// <summary>Whether they were all refused for the same reason, in the same words.</summary>
    public bool IsSameDetail => Letters.All(letter => letter.Detail == Letters[0].Detail);

    /// <summary>Those that can be replayed.</summary>
    public IEnumerable<ObservatoryDeadLetter> Open => Letters.Where(letter => letter.ReplayedAt is null);

    /// <summary>Groups letters; the group with the newest letter is the first.</summary>
    public static IReadOnlyList<DeadLetterGroup> Of(IEnumerable<ObservatoryDeadLetter> letters) =>
    [
        .. letters.GroupBy(letter => (letter.ActorType, letter.MessageType, letter.Reason))
            .Select(group => new DeadLetterGroup(group.Key.ActorType, group.Key.MessageType, group.Key.Reason, [.. group])),
    ];

    /// <summary>Whether a letter has a text in its receiver, its message type or its reason, in any case.</summary>
    public static bool Has(ObservatoryDeadLetter letter, string text) =>
        new[] { $"{letter.ActorType}/{letter.ActorId}", letter.MessageType, letter.Reason, letter.Detail }
            .Any(part => part?.Contains(text, StringComparison.OrdinalIgnoreCase) == true);
}
