using Choir.Actors;
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

/// <summary>Adds what Choir keeps in Postgres.</summary>
public static class ChoirStorageExtensions
{
    /// <summary>
    /// Adds a bounded pool of connections to the database <c>choir</c>, its schema (applied before anything else starts),
    /// actor state as Orleans' default storage, threads and their events, the knowledge index, dead letters, and the
    /// health check <c>database</c>.
    /// </summary>
    /// <param name="builder">The silo's or the gateway's builder.</param>
    public static IHostApplicationBuilder AddChoirStorage(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<StorageOptions>()
            .Bind(builder.Configuration.GetSection(StorageOptions.SectionName))
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StorageOptions>, StorageOptions.Validator>());

        // Choir has a check of its own, under the name that the health API knows.
        builder.AddNpgsqlDataSource(
            StorageOptions.ConnectionName,
            settings => settings.DisableHealthChecks = true,
            source =>
            {
                ConnectionStrings.BoundApplication(source.ConnectionStringBuilder, Read(builder.Configuration));
                source.NameSpans();

                // What its metrics call the pool; Npgsql's own choice tells the host and the user.
                source.Name = StorageOptions.ConnectionName;
            });
        services.TryAddSingleton(TimeProvider.System);
        services.AddOrleansDataSource();
        services.AddMetrics();
        services.AddSingleton<DatabaseMetrics>();
        services.AddHostedService<StorageSizes>();
        services.AddHostedService<SchemaService>();
        services.AddHealthChecks().AddCheck<DatabaseHealthCheck>(DatabaseHealthCheck.Name);

        services.AddGrainStorage(
            ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME,
            (provider, _) => ActivatorUtilities.CreateInstance<PostgresGrainStorage>(provider));
        services.AddSingleton<ThreadStore>();
        services.AddSingleton<ThreadEventFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<ThreadEventFeed>());
        services.AddSingleton<KnowledgeIndex>();
        services.AddSingleton<MetricsTargetStore>();
        services.AddSingleton<PostgresDeadLetterStore>();
        services.AddSingleton<IDeadLetterStore>(provider => provider.GetRequiredService<PostgresDeadLetterStore>());
        return builder;
    }

    /// <summary>Makes the process say where it serves its metrics, so that whoever scrapes finds it.</summary>
    /// <param name="builder">The silo's or the gateway's builder, after <see cref="AddChoirStorage"/>.</param>
    /// <param name="own">Where the process serves its metrics, once it does: address, service, machine.</param>
    public static IHostApplicationBuilder AddMetricsTarget(
        this IHostApplicationBuilder builder, Func<IServiceProvider, (string Address, string Service, string Host)?> own)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<MetricsTargetHeartbeat>(
            services, () => own(services) is var (address, service, host) ? new MetricsTarget(address, service, host) : null));
        return builder;
    }

    /// <summary>Adds the pool of connections that Orleans has to itself.</summary>
    internal static IServiceCollection AddOrleansDataSource(this IServiceCollection services)
    {
        services.TryAddSingleton<ConnectionSource>();
        services.TryAddKeyedSingleton(OrleansPool.Key, (provider, _) =>
        {
            var source = new NpgsqlDataSourceBuilder(provider.GetRequiredService<ConnectionSource>().ConnectionString) { Name = OrleansPool.Key };
            ConnectionStrings.BoundOrleans(
                source.ConnectionStringBuilder, provider.GetRequiredService<IOptions<StorageOptions>>().Value);
            source.NameSpans();
            return source.Build();
        });
        return services;
    }

    // Called before the container is there, so not through IOptions; a value out of range stops the start anyway.
    private static StorageOptions Read(IConfiguration configuration) =>
        configuration.GetSection(StorageOptions.SectionName).Get<StorageOptions>() ?? new StorageOptions();
}
