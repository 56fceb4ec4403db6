namespace Choir.Observatory.History;

/// <summary>Something that changed in the cluster, as seen from one reading to the next.</summary>
/// <param name="At">When it was noticed.</param>
/// <param name="Kind">What kind of change it is.</param>
/// <param name="Text">What changed, in a short sentence.</param>
/// <param name="ActorType">The actor type that it concerns; null for none.</param>
/// <param name="ActorId">The actor that it concerns; null for none.</param>
/// <param name="Host">The host that left; null for other changes.</param>
public sealed record ClusterEvent(DateTimeOffset At, ClusterEventKind Kind, string Text, string? ActorType = null, string? ActorId = null, string? Host = null);

/// <summary>The kinds of changes in a cluster.</summary>
public enum ClusterEventKind
{
    /// <summary>A host came, restarted, or began or ceased to answer; or the hosts were not read for a time.</summary>
    Host,

    /// <summary>No host answered for a time.</summary>
    Silence,

    /// <summary>A host left the cluster: it was stopped, or it died.</summary>
    HostLeft,

    /// <summary>A host runs another version of the program.</summary>
    Deployment,

    /// <summary>The log level or the sampling of actors was changed for a time, or the change ended.</summary>
    Diagnostics,

    /// <summary>Actors were taken out of service for a time, or returned.</summary>
    Quarantine,
}
