using Choir.Actors.Inspection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Hosting;
using Orleans.Metadata;
using Orleans.Runtime;

namespace Choir.Observability;

/// <summary>The services of telemetry. All methods may be called more than once.</summary>
internal static class ObservabilityServices
{
    /// <summary>Adds what every process has, also one that only sends.</summary>
    public static void AddProcess(IServiceCollection services)
    {
        services.AddOptions<ObservabilityOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ObservabilityOptions>, ObservabilityOptions.Validator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<ObservabilityOptions>, LastValidSettings>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.TryAddSingleton<RecentLogs>();
        services.TryAddSingleton<ActorTelemetry>();
        services.TryAddSingleton<ActorTracing>();
        services.TryAddSingleton<DiagnosticOverrides>();
        services.TryAddSingleton<GrainKeys>();
        services.TryAddSingleton<ObservedTypes>();
        services.TryAddSingleton<InspectionGrains>();
        services.TryAddSingleton<IActorInspection, ActorInspection>();
    }

    /// <summary>Adds what a silo has in addition.</summary>
    public static void AddHost(IServiceCollection services)
    {
        services.TryAddSingleton<HotMeter>();
        services.TryAddSingleton<CatalogueCheck>();
        services.AddHostedService<TelemetryTicker>();
        AddInspection(services);
    }

    /// <summary>Adds what observes ordinary grains.</summary>
    public static void AddGrains(IServiceCollection services)
    {
        services.TryAddSingleton<GrainTypes>();
        services.TryAddSingleton<GrainCalls>();
        services.TryAddSingleton<StateWatch>();
        StorageDecoration.DecorateAll(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IIncomingGrainCallFilter, GrainCallFilter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILifecycleParticipant<ISiloLifecycle>, GrainLifecycleWatch>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILifecycleParticipant<ISiloLifecycle>, ReminderWatch>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IGrainPropertiesProvider, GrainManifest>());
    }

    /// <summary>Adds what observes calls where they are made.</summary>
    public static void AddCallers(IServiceCollection services)
    {
        services.TryAddSingleton<GrainTypes>();
        services.TryAddSingleton<CallerCalls>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IOutgoingGrainCallFilter, CallerFilter>());
    }

    /// <summary>Removes what observes calls where they are made, if it was added.</summary>
    public static void RemoveCallers(IServiceCollection services)
    {
        if (services.FirstOrDefault(service => !service.IsKeyedService && service.ImplementationType == typeof(CallerFilter)) is { } filter)
        {
            services.Remove(filter);
        }
    }

    /// <summary>Adds what reports to the inspection, and what a log provider needs to keep records about actors.</summary>
    private static void AddInspection(IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(HostRoundTrip)))
        {
            return;
        }

        // Orleans logs each host that joins or leaves under the name of each grain service, at information.
        services.AddLogging(logging => logging.AddFilter(typeof(ActorHostInspector).FullName, LogLevel.Warning));

        // What an operator asks for is shown on the pages, whatever the configuration says of other log providers.
        services.AddLogging(logging => logging.AddFilter<RecentLogProvider>(DiagnosticLoggers.Category, LogLevel.Trace));
        services.AddGrainService<ActorHostInspector>();
        services.AddSingleton<ActorHostInspectors>();
        services.AddSingleton<HostRoundTrip>();
        services.AddSingleton<IGrainPropertiesProvider, InspectionManifest>();
        services.AddSingleton<ActorReader>();
        services.AddSingleton<WallClock>();
        services.AddSingleton<ITicking>(provider => provider.GetRequiredService<WallClock>());
        services.AddSingleton<SharedProviderWatch>();
        services.AddSingleton<ITicking>(provider => provider.GetRequiredService<SharedProviderWatch>());
        services.AddSingleton<TraceReader>();
        services.AddSingleton<LogReader>();
        services.AddSingleton<HostReader>();
        services.AddSingleton<ReminderReader>();
        services.AddSingleton<StuckReader>();
        services.AddSingleton<StackReader>();
        services.AddSingleton<CallerReader>();
        services.AddSingleton<CallerCheck>();
        services.AddSingleton<AskGuard>();
        services.AddSingleton<PossibleDeadlockWatch>();
        services.AddSingleton<ITicking>(provider => provider.GetRequiredService<PossibleDeadlockWatch>());
        services.AddSingleton(new AsyncNames());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, StuckMetrics>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, RuleLearner>();
        services.TryAddSingleton<IQuarantines, NoQuarantines>();
        services.AddSingleton<RunningSubject>();
        services.AddSingleton<IRunningSubject>(provider => provider.GetRequiredService<RunningSubject>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<RunningSubject>());
        services.AddSingleton<LogServices>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<LogServices>());
        services.AddSingleton<RecentLogProvider>();
        services.AddSingleton<ILoggerProvider>(provider => provider.GetRequiredService<RecentLogProvider>());
        DiagnosticLoggers.Decorate(services);
    }
}
