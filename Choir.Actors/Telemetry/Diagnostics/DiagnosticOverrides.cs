namespace Choir.Actors.Telemetry;

/// <summary>
/// The overrides of log levels and sampling that are in force on this host. Their number is bounded; while there are none, a
/// check costs the read of a flag.
/// </summary>
internal sealed class DiagnosticOverrides(TimeProvider time)
{
    /// <summary>The limit of overrides; a further one replaces the one that ends first.</summary>
    public const int MaxOverrides = 100;

    private readonly Lock _gate = new();
    private DiagnosticOverride[] _all = [];

    public bool IsAny => _all.Length > 0;

    /// <summary>Sets an override, which replaces one for the same actor or type; one whose end has passed only removes that.</summary>
    public void Set(DiagnosticOverride added)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var rest = _all.Where(one => one.Until > now && (one.Type != added.Type || one.Id != added.Id))
                .OrderByDescending(one => one.Until)
                .Take(MaxOverrides - 1);
            _all = added.Until > now ? [.. rest, added] : [.. rest];
        }
    }

    /// <summary>Sets an override of another host, unless there is one for the same actor or type.</summary>
    public void Learn(DiagnosticOverride known)
    {
        if (!Array.Exists(Current(), one => one.Type == known.Type && one.Id == known.Id))
        {
            Set(known);
        }
    }

    /// <summary>The overrides that have not ended.</summary>
    public DiagnosticOverride[] Current()
    {
        var now = time.GetUtcNow();
        return Array.FindAll(_all, one => one.Until > now);
    }

    /// <summary>Removes overrides that have ended.</summary>
    public void Tick()
    {
        if (!IsAny)
        {
            return;
        }

        lock (_gate)
        {
            var now = time.GetUtcNow();
            _all = Array.FindAll(_all, one => one.Until > now);
        }
    }

    /// <summary>Whether an override requests that a message to this actor is traced.</summary>
    public bool Samples(ActorAddress actor) =>
        Of(actor)?.Sampling is { } share && (share >= 1 || Random.Shared.NextDouble() < share);

    /// <summary>Whether an override requests records of this level of an actor.</summary>
    public bool Logs(ActorAddress actor, Microsoft.Extensions.Logging.LogLevel level) =>
        IsAny && Of(actor)?.LogLevel is { } least && level >= least;

    private DiagnosticOverride? Of(ActorAddress actor)
    {
        DiagnosticOverride? ofType = null;
        foreach (var one in _all)
        {
            if (one.Type != actor.Type || one.Until <= time.GetUtcNow())
            {
                continue;
            }

            if (one.Id == actor.Id)
            {
                return one;
            }

            ofType ??= one.Id is null ? one : null;
        }

        return ofType;
    }
}
