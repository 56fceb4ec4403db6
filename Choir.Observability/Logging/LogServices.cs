using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>
/// What the loggers of a silo need of its other services. These may need loggers themselves (a clock or a source of settings of the application may
/// take one), and may write records while they are made. So they are resolved when the silo is made; no grain runs before that.
/// </summary>
internal sealed class LogServices(IServiceProvider services) : ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>Null before the silo is made.</summary>
    public DiagnosticOverrides? Overrides { get; private set; }

    /// <summary>Null before the silo is made, and if no records are kept.</summary>
    public RecentLogs? Recent { get; private set; }

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        Overrides = services.GetRequiredService<DiagnosticOverrides>();

        // This reads the settings, so before a logger does.
        var recent = services.GetRequiredService<RecentLogs>();
        Recent = recent.IsOn ? recent : null;
    }
}
