using Choir.AppHost.Observability;

namespace Choir.AppHost;

/// <summary>The source of Postgres and the Ethereum node.</summary>
internal enum InfrastructureKind
{
    /// <summary>Containers if a container runtime answers, otherwise local.</summary>
    Auto,

    Containers,

    /// <summary>Local processes: programs on the PATH with a supported version, otherwise npm packages.</summary>
    Local,
}

internal sealed record AppHostOptions
{
    public const int DefaultPort = 5080;
    public const int DefaultActorHosts = 2;
    public const int MaxActorHosts = 16;

    /// <summary>Default: <see cref="InfrastructureKind.Auto"/>.</summary>
    public InfrastructureKind Infrastructure { get; init; } = InfrastructureKind.Auto;

    /// <summary>Replicas of <c>actor-host</c>, 1 to <see cref="MaxActorHosts"/>.</summary>
    public int ActorHosts { get; init; } = DefaultActorHosts;

    /// <summary>The gateway's port; null for any free port.</summary>
    public int? Port { get; init; } = DefaultPort;

    /// <summary>Start with no data, and remove the data at the end.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>The observability tools to start with Choir; none by default.</summary>
    public ObservabilityRequest Observability { get; init; }
}
