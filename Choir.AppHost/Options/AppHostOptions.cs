using Choir.AppHost.Observability;

namespace Choir.AppHost;

/// <summary>Where Postgres and the Ethereum node come from.</summary>
internal enum InfrastructureKind
{
    /// <summary>Containers if a container runtime answers, else local.</summary>
    Auto,

    /// <summary>Container images.</summary>
    Containers,

    /// <summary>Programs of this machine: those on the PATH if they fit, else npm packages.</summary>
    Local,
}

/// <summary>What the command line asks of the app host.</summary>
internal sealed record AppHostOptions
{
    public const int DefaultPort = 5080;
    public const int DefaultActorHosts = 2;
    public const int MaxActorHosts = 16;

    /// <summary>Default: <see cref="InfrastructureKind.Auto"/>.</summary>
    public InfrastructureKind Infrastructure { get; init; } = InfrastructureKind.Auto;

    /// <summary>Replicas of <c>actor-host</c>, 1 to <see cref="MaxActorHosts"/>.</summary>
    public int ActorHosts { get; init; } = DefaultActorHosts;

    /// <summary>The gateway's port; null for any free one.</summary>
    public int? Port { get; init; } = DefaultPort;

    /// <summary>Start with no data and leave none.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>The observability tools to start with Choir; none by default.</summary>
    public ObservabilityRequest Observability { get; init; }
}
