namespace Choir.Observability;

/// <summary>The overrides of log levels and sampling that are in force on this host.</summary>
internal sealed class DiagnosticOverrides(TimeProvider time)
{
    public bool IsAny => Rules.IsAny;

    public TimedRules<DiagnosticOverride> Rules { get; } = new(time, static (one, other) => one.Type == other.Type && one.Id == other.Id);

    /// <summary>Whether an override requests that a message to this actor is traced.</summary>
    public bool Samples(ActorAddress actor) =>
        Of(actor)?.Sampling is { } share && (share >= 1 || Random.Shared.NextDouble() < share);

    /// <summary>Whether an override requests records of this level of an actor.</summary>
    public bool Logs(ActorAddress actor, Microsoft.Extensions.Logging.LogLevel level) =>
        IsAny && Of(actor)?.LogLevel is { } least && level >= least;

    /// <summary>The override of the actor, or else that of its type.</summary>
    private DiagnosticOverride? Of(ActorAddress actor) =>
        Rules.Find(actor, static (one, actor) => one.Type == actor.Type && one.Id == actor.Id)
        ?? Rules.Find(actor, static (one, actor) => one.Type == actor.Type && one.Id is null);
}
