using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.ServiceDefaults;
using Choir.ServiceDefaults.Health;
using Choir.Storage;
using Choir.Storage.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Providers;
using Orleans.Runtime.Hosting;

namespace Microsoft.Extensions.Hosting;

/// <summary>Adds Choir's storage in Postgres.</summary>
public static class ChoirStorageExtensions
{
    private const string ListeningKey = "choir-events";

    /// <summary>
    /// Adds a limited pool of connections to the database <c>choir</c>, its migration (before any other service starts),
    /// Orleans' default grain storage, threads and their events, the knowledge index, dead letters, results of load tests, the
    /// health check <c>database</c>, and what the health check <c>blockchain</c> reads from the ledger's outbox.
    /// </summary>
    /// <param name="builder">The silo's or the gateway's builder.</param>
    public static IHostApplicationBuilder AddChoirStorage(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ConnectionSource.Check(builder.Configuration);
        var services = builder.Services;
        services.AddOptions<StorageOptions>()
            .Bind(builder.Configuration.GetSection(StorageOptions.SectionName))
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StorageOptions>, StorageOptions.Validator>());

        // Replaced by DatabaseHealthCheck, which has the name that the health API expects.
        builder.AddNpgsqlDataSource(
            StorageOptions.ConnectionName,
            settings => settings.DisableHealthChecks = true,
            source =>
            {
                ConnectionStrings.ConfigureApplication(
                    source, Read(builder.Configuration), ConnectionSource.IsPooledIn(builder.Configuration));
                source.NameSpans();

                // The pool's name in metrics; Npgsql's default contains the host and the user.
                source.Name = StorageOptions.ConnectionName;
            });
        services.TryAddSingleton(TimeProvider.System);
        services.AddOrleansDataSource();
        services.AddMetrics();
        services.AddSingleton<DatabaseMetrics>();
        services.AddSingleton<IDependencyFigures>(provider => provider.GetRequiredService<DatabaseMetrics>());
        services.AddHostedService<StorageSizes>();
        services.AddHostedService<SchemaService>();
        services.AddSingleton<DatabasePools>();
        services.TryAddSingleton<RefusedStatements>();
        services.AddSingleton<IFailureTranslator, DatabaseFailures>();
        services.AddSingleton<DatabaseHealthCheck>();
        services.AddHealthChecks().AddCheck<DatabaseHealthCheck>(DatabaseHealthCheck.Name);

        services.AddSingleton<UnreadableStates>();
        services.AddGrainStorage(
            ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME,
            (provider, _) => ActivatorUtilities.CreateInstance<PostgresGrainStorage>(provider));
        services.AddSingleton<ThreadStore>();
        services.AddListeningDataSource();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ThreadEventFeed>(
            provider, provider.GetRequiredKeyedService<NpgsqlDataSource>(ListeningKey)));
        services.AddHostedService(provider => provider.GetRequiredService<ThreadEventFeed>());
        services.AddSingleton<KnowledgeIndex>();
        services.AddSingleton<IAnchoringMonitor, AnchoringMonitor>();
        services.AddSingleton<MetricsTargetStore>();
        services.AddSingleton<LoadTestStore>();
        services.AddSingleton<WorkFiguresReader>();
        services.AddSingleton<PostgresDeadLetterStore>();
        services.AddSingleton<IDeadLetterStore>(provider => provider.GetRequiredService<PostgresDeadLetterStore>());
        return builder;
    }

    /// <summary>Registers where the process serves its metrics, so that Prometheus finds it.</summary>
    /// <param name="builder">The silo's or the gateway's builder, after <see cref="AddChoirStorage"/>.</param>
    /// <param name="own">Address, service, machine and name of the process; null while it does not serve metrics.</param>
    public static IHostApplicationBuilder AddMetricsTarget(
        this IHostApplicationBuilder builder, Func<IServiceProvider, (string Address, string Service, string Host, string Instance)?> own)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<MetricsTargetHeartbeat>(
            services, () => own(services) is var (address, service, host, instance) ? new MetricsTarget(address, service, host, instance) : null));
        return builder;
    }

    /// <summary>Removes what is older than its limit (<see cref="RetentionOptions"/>) while the host runs.</summary>
    /// <param name="builder">The silo's builder, after <see cref="AddChoirStorage"/>.</param>
    public static IHostApplicationBuilder AddRetention(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<RetentionOptions>().BindSettings(RetentionOptions.Section);
        builder.Services.AddSingleton<RetentionStore>();
        builder.Services.AddHostedService<RetentionService>();
        return builder;
    }

    /// <summary>Adds the pool of connections that only Orleans uses.</summary>
    internal static IServiceCollection AddOrleansDataSource(this IServiceCollection services)
    {
        services.TryAddSingleton<ConnectionSource>();
        services.TryAddKeyedSingleton(OrleansPool.Key, (provider, _) =>
        {
            var connections = provider.GetRequiredService<ConnectionSource>();
            var source = new NpgsqlDataSourceBuilder(connections.ConnectionString) { Name = OrleansPool.Key };
            ConnectionStrings.ConfigureOrleans(
                source, provider.GetRequiredService<IOptions<StorageOptions>>().Value, connections.IsPooled);
            source.NameSpans();
            return source.Build();
        });
        return services;
    }

    private static void AddListeningDataSource(this IServiceCollection services) =>
        services.TryAddKeyedSingleton(ListeningKey, (provider, _) =>
        {
            var source = new NpgsqlDataSourceBuilder(provider.GetRequiredService<ConnectionSource>().Direct) { Name = ListeningKey };
            ConnectionStrings.ConfigureListening(source, provider.GetRequiredService<IOptions<StorageOptions>>().Value);
            source.NameSpans();
            return source.Build();
        });

    // Called before the service provider is built, so not through IOptions. A value out of range fails the start later.
    private static StorageOptions Read(IConfiguration configuration) =>
        configuration.GetSection(StorageOptions.SectionName).Get<StorageOptions>() ?? new StorageOptions();
}
