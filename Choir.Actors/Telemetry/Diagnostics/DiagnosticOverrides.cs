namespace Choir.Actors.Telemetry;

/// <summary>
/// Log levels and sampling that were changed for one actor type or one actor, for a limited time, while the host runs. A
/// bounded list; it costs one look at a flag while it is empty.
/// </summary>
internal sealed class DiagnosticOverrides(TimeProvider time)
{
    /// <summary>The most overrides at a time; the one that ends first makes room for one more.</summary>
    public const int MaxOverrides = 100;

    private readonly Lock _gate = new();
    private DiagnosticOverride[] _all = [];

    /// <summary>Whether there is any.</summary>
    public bool IsAny => _all.Length > 0;

    /// <summary>Puts an override in force, in place of one for the same actor or type; one whose time is over only ends that.</summary>
    public void Set(DiagnosticOverride wanted)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var rest = _all.Where(one => one.Until > now && (one.Type != wanted.Type || one.Id != wanted.Id))
                .OrderByDescending(one => one.Until)
                .Take(MaxOverrides - 1);
            _all = wanted.Until > now ? [.. rest, wanted] : [.. rest];
        }
    }

    /// <summary>Puts an override of another host in force, unless there is one for the same actor or type already.</summary>
    public void Learn(DiagnosticOverride known)
    {
        if (!Array.Exists(Current(), one => one.Type == known.Type && one.Id == known.Id))
        {
            Set(known);
        }
    }

    /// <summary>Those whose time is not over.</summary>
    public DiagnosticOverride[] Current()
    {
        var now = time.GetUtcNow();
        return Array.FindAll(_all, one => one.Until > now);
    }

    /// <summary>Lets go of those whose time is over.</summary>
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

    /// <summary>Whether an override wants the trace of a message to this actor kept.</summary>
    public bool Samples(ActorAddress actor) =>
        Of(actor)?.Sampling is { } share && (share >= 1 || Random.Shared.NextDouble() < share);

    /// <summary>Whether an override wants records of this level of an actor.</summary>
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
