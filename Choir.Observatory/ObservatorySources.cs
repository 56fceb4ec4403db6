using System.Text.Json.Serialization;

namespace Choir.Observatory;

/// <summary>The alerts that an application knows of.</summary>
public interface IObservatoryAlerts
{
    /// <summary>The alerts that fire or are pending, and what is known of their source.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<ObservatoryAlertList> AlertsAsync(CancellationToken cancellationToken);

    /// <summary>The runbook of an alert as Markdown; null if there is none.</summary>
    /// <param name="alert">The alert's name.</param>
    string? Runbook(string alert);
}

/// <summary>The alerts of an application at a moment.</summary>
/// <param name="Alerts">The alerts.</param>
/// <param name="Source">Where they come from, in a word.</param>
/// <param name="AsOf">When the source was last heard; null if never.</param>
/// <param name="Problem">Why the list may be incomplete or old; null if it is neither.</param>
public sealed record ObservatoryAlertList(
    IReadOnlyList<ObservatoryAlert> Alerts, string Source, DateTimeOffset? AsOf, string? Problem)
{
    /// <summary>Whether alerts were left out because there are too many: an alert that is not in the list may not have ended.</summary>
    public bool IsCut { get; init; }

    /// <summary>Whether all alerts that fire are in the list although there is a problem, such as one that concerns pending alerts only.</summary>
    public bool IsFiringComplete { get; init; }

    /// <summary>Where they come from, as it follows "From" on the pages; null if <see cref="Source"/> says it.</summary>
    [JsonIgnore]
    public string? SourceText { get; init; }
}

/// <summary>An alert.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Severity"><c>critical</c>, <c>warning</c> or <c>info</c>; empty if unknown.</param>
/// <param name="State"><c>firing</c>, <c>pending</c> or <c>resolved</c>.</param>
/// <param name="Summary">What is wrong, in a sentence.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="StartsAt">When it began.</param>
/// <param name="AsOf">The time of its figures.</param>
public sealed record ObservatoryAlert(
    string Name, string Severity, string State, string Summary, IReadOnlyDictionary<string, string> Labels,
    DateTimeOffset StartsAt, DateTimeOffset AsOf)
{
    /// <summary>What it is about, such as the actor or the host, in a sentence; null for nothing. It tells alerts of one name apart.</summary>
    public string? Detail { get; init; }
}

/// <summary>The dead letters that an application keeps.</summary>
public interface IObservatoryDeadLetters
{
    /// <summary>Dead letters, the newest first.</summary>
    /// <param name="before">Only those older than this one; null for the newest.</param>
    /// <param name="count">The most that are wanted.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<ObservatoryDeadLetter>> ListAsync(Guid? before, int count, CancellationToken cancellationToken);

    /// <summary>Sends a dead letter's message again.</summary>
    /// <param name="id">The dead letter's id.</param>
    /// <param name="by">The user who does it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null if it was sent; otherwise why not, in a sentence.</returns>
    Task<string?> ReplayAsync(Guid id, string by, CancellationToken cancellationToken);
}

/// <summary>A message that was not handled, and whose sender was not informed.</summary>
/// <param name="Id">The dead letter's id.</param>
/// <param name="ActorType">The receiver's type.</param>
/// <param name="ActorId">The receiver's id.</param>
/// <param name="MessageType">The message type.</param>
/// <param name="Reason">The reason, in a word.</param>
/// <param name="Detail">The reason, in a sentence without secrets.</param>
/// <param name="At">When it became a dead letter.</param>
/// <param name="CorrelationId">The correlation id of the message.</param>
/// <param name="Data">The content without secrets; null if it is not shown.</param>
/// <param name="ReplayedAt">When it was sent again; null if it was not.</param>
public sealed record ObservatoryDeadLetter(
    Guid Id, string ActorType, string ActorId, string MessageType, string Reason, string Detail, DateTimeOffset At,
    Guid CorrelationId, string? Data, DateTimeOffset? ReplayedAt);

/// <summary>The health of an application's components.</summary>
public interface IObservatoryHealth
{
    /// <summary>The components with their status now. Asked each five seconds, also while no page is open, for the last hour's history.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<ObservatoryComponent>> HealthAsync(CancellationToken cancellationToken);
}

/// <summary>The health of a component.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</param>
/// <param name="Reason">Why, in a sentence; null if it is healthy.</param>
public sealed record ObservatoryComponent(string Name, string Status, string? Reason);

/// <summary>Facts about an application's work that are no figures of actors, such as how much of it waits somewhere.</summary>
public interface IObservatoryFacts
{
    /// <summary>The facts now. Asked at most each five seconds, and only while a page is open.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<ObservatoryFact>> FactsAsync(CancellationToken cancellationToken);
}

/// <summary>A fact about an application's work.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value; null if it is not known.</param>
/// <param name="Unit">The unit of the value in a word; null if it has none.</param>
/// <param name="State">How good that is.</param>
/// <param name="Detail">More about it, in a sentence; null for nothing.</param>
public sealed record ObservatoryFact(string Name, double? Value, string? Unit, ObservatoryFactState State, string? Detail)
{
    /// <summary>A path below the Observatory's that shows more, such as <c>alerts/runbook?alert=NAME</c>; null for none.</summary>
    public string? Link { get; init; }
}

/// <summary>How good a fact is.</summary>
public enum ObservatoryFactState
{
    /// <summary>It is as it should be.</summary>
    Good,

    /// <summary>It should be looked at.</summary>
    Warning,

    /// <summary>It must be looked at.</summary>
    Bad,
}
