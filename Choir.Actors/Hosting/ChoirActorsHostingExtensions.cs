using Choir.Actors;
using Choir.Actors.Hosting;
using Choir.Actors.Inspection;
using Choir.Actors.Mailbox;
using Choir.Actors.Messaging;
using Choir.Actors.Operations;
using Choir.Observability;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Metadata;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;

namespace Orleans.Hosting;

/// <summary>Adds Choir's actors to an Orleans application.</summary>
public static class ChoirActorsHostingExtensions
{
    /// <summary>How long a host that stops leaves its connections open after the last message, unless Orleans' option says another time.</summary>
    private static readonly TimeSpan RepliesLeave = TimeSpan.FromMilliseconds(500);

    /// <summary>Adds actors to a silo, and an <see cref="IActorClient"/> for its other services.</summary>
    /// <param name="builder">The silo.</param>
    /// <param name="configure">Changes the settings; null for the defaults.</param>
    public static ISiloBuilder UseChoirActors(this ISiloBuilder builder, Action<ActorOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        AddCommon(services, configure);
        services.AddSingleton<ActorTypes>();
        services.AddSingleton<IConfigurationValidator>(provider => provider.GetRequiredService<ActorTypes>());
        services.AddSingleton<ActorRuntime>();
        services.AddSingleton<MessageLog>();
        services.AddSingleton<Quarantines>();
        services.Replace(ServiceDescriptor.Singleton<IQuarantines>(provider => provider.GetRequiredService<Quarantines>()));
        ObservabilityServices.AddHost(services);
        services.AddSingleton<ITicking>(provider => provider.GetRequiredService<ProcessClock>());
        services.AddSingleton<ITicking>(provider => provider.GetRequiredService<Quarantines>());
        services.AddSingleton<IGrainTypeProvider, ActorNameProvider>();
        services.AddSingleton<IGrainPropertiesProvider, ActorManifest>();
        services.AddSingleton<ActorStateTypes>();
        services.AddSingleton<ITypeFilter>(provider => provider.GetRequiredService<ActorStateTypes>());
        services.AddSingleton<ITypeConverter>(provider => provider.GetRequiredService<ActorStateTypes>());
        services.AddSingleton<LifecycleWaits>();
        services.AddSingleton<IActivationWorkingSetObserver, LeavingActors>();
        services.AddSingleton<IActorContextAccessor, ActorContextAccessor>();
        services.AddOptions<SiloMessagingOptions>().Configure<IOptions<ActorOptions>>((messaging, actors) =>
        {
            messaging.ResponseTimeout = actors.Value.ResponseTimeout;
            messaging.SystemResponseTimeout = actors.Value.ResponseTimeout;

            // For requests older than this, Orleans sends status messages every few seconds. Queued messages are such requests.
            messaging.RequestProcessingWarningTime = actors.Value.ResponseTimeout * 2;

            // A host that stops closes its connections as soon as the last message is handled. The replies are in their queues then.
            if (messaging.WaitForMessageToBeQueuedForOutboundTime == TimeSpan.Zero)
            {
                messaging.WaitForMessageToBeQueuedForOutboundTime = RepliesLeave;
            }
        });
        return builder;
    }

    /// <summary>Adds an <see cref="IActorClient"/> to a client of the cluster.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="configure">Changes the settings; null for the defaults.</param>
    public static IClientBuilder UseChoirActors(this IClientBuilder builder, Action<ActorOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        AddCommon(builder.Services, configure);
        builder.Services.AddSingleton<HostConnections>();
        builder.Services.AddSingleton<IClusterConnectionStatusObserver>(provider => provider.GetRequiredService<HostConnections>());
        builder.Services.AddOptions<ClientMessagingOptions>().Configure<IOptions<ActorOptions>>(
            (messaging, actors) => messaging.ResponseTimeout = actors.Value.ResponseTimeout);
        return builder;
    }

    private static void AddCommon(IServiceCollection services, Action<ActorOptions>? configure)
    {
        var options = services.AddOptions<ActorOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ActorOptions>, ActorOptions.Validator>());
        services.AddOptions<ObservabilityOptions>().Configure<IOptionsMonitor<ActorOptions>>((observability, monitor) =>
        {
            var actors = monitor.CurrentValue;
            observability.FlightRecorderCapacity = actors.FlightRecorderCapacity;
            observability.RecentLogCapacity = actors.RecentLogCapacity;
            observability.TraceShare = actors.TraceShare;
            observability.SlowAfter = actors.SlowAfter;
        });
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IOptionsChangeTokenSource<ObservabilityOptions>, ActorOptionsChanges>());
        ObservabilityServices.AddProcess(services);
        services.AddSingleton<IGeneralizedCodec, RemoteExceptionCodec>();
        services.TryAddSingleton<ProcessClock>();
        services.TryAddSingleton<ClusterActorTypes>();
        services.TryAddSingleton<Postman>();
        services.TryAddSingleton<IActorClient, ActorClient>();
        services.TryAddSingleton<IActorOperations, ActorOperations>();
        services.TryAddSingleton<DeadLetters>();
        services.AddHostedService(provider => provider.GetRequiredService<DeadLetters>());
    }
}
