using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>The services of telemetry. Both methods may be called more than once.</summary>
internal static class ObservabilityServices
{
    /// <summary>Adds what every process has, also one that only sends.</summary>
    public static void AddProcess(IServiceCollection services)
    {
        services.AddOptions<ObservabilityOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ObservabilityOptions>, ObservabilityOptions.Validator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.TryAddSingleton<RecentLogs>();
        services.TryAddSingleton<ActorTelemetry>();
        services.TryAddSingleton<ActorTracing>();
        services.TryAddSingleton<DiagnosticOverrides>();
    }

    /// <summary>Adds what a silo has in addition.</summary>
    public static void AddHost(IServiceCollection services)
    {
        services.TryAddSingleton<HotMeter>();
        services.TryAddSingleton<CatalogueCheck>();
        services.AddHostedService<TelemetryTicker>();
    }

    /// <summary>Adds what observes ordinary grains.</summary>
    public static void AddGrains(IServiceCollection services)
    {
        services.TryAddSingleton<GrainTypes>();
        services.TryAddSingleton<GrainCalls>();
        services.TryAddSingleton<StateWatch>();
        StorageDecoration.Decorate(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IIncomingGrainCallFilter, GrainCallFilter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILifecycleParticipant<ISiloLifecycle>, GrainLifecycleWatch>());
    }
}
