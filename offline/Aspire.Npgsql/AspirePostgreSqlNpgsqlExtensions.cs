using Aspire.Npgsql;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using OpenTelemetry.Metrics;

namespace Microsoft.Extensions.Hosting;

/// <summary>Connects a service to a Postgres database that the app host named.</summary>
public static class AspirePostgreSqlNpgsqlExtensions
{
    private const string SectionName = "Aspire:Npgsql";

    /// <summary>
    /// Registers an <see cref="NpgsqlDataSource"/> for <c>ConnectionStrings:connectionName</c>, with a health check
    /// named <c>PostgreSql</c>, Npgsql's spans and its metrics.
    /// </summary>
    /// <param name="builder">The application's builder.</param>
    /// <param name="connectionName">The name of the connection string, and of the section under <c>Aspire:Npgsql</c>.</param>
    /// <param name="configureSettings">Called after the settings were read from the configuration.</param>
    /// <param name="configureDataSourceBuilder">Called when the data source is first asked for.</param>
    /// <remarks>A missing connection string throws <see cref="InvalidOperationException"/> on first use.</remarks>
    public static void AddNpgsqlDataSource(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<NpgsqlSettings>? configureSettings = null,
        Action<NpgsqlDataSourceBuilder>? configureDataSourceBuilder = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);

        var settings = ReadSettings(builder.Configuration, connectionName);
        configureSettings?.Invoke(settings);

        builder.Services.AddNpgsqlDataSource(settings.ConnectionString ?? "", dataSource =>
        {
            if (string.IsNullOrWhiteSpace(settings.ConnectionString))
                throw new InvalidOperationException(
                    $"There is no connection string. Set ConnectionStrings:{connectionName}, " +
                    $"or ConnectionString in {SectionName} or {SectionName}:{connectionName}.");
            configureDataSourceBuilder?.Invoke(dataSource);
        });

        if (!settings.DisableHealthChecks) AddHealthCheck(builder);
        if (!settings.DisableTracing)
            builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddNpgsql());
        if (!settings.DisableMetrics)
            builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter("Npgsql"));
    }

    private static NpgsqlSettings ReadSettings(IConfiguration configuration, string connectionName)
    {
        var settings = new NpgsqlSettings();
        var section = configuration.GetSection(SectionName);
        section.Bind(settings);
        section.GetSection(connectionName).Bind(settings);
        if (configuration.GetConnectionString(connectionName) is { } connectionString)
            settings.ConnectionString = connectionString;
        return settings;
    }

    // Health check names are unique in an application: a second data source keeps the first one's check.
    private static void AddHealthCheck(IHostApplicationBuilder builder)
    {
        const string name = "PostgreSql";
        const string added = "Aspire.HealthChecks." + name;
        if (!builder.Properties.TryAdd(added, true)) return;
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            name,
            services => new NpgsqlHealthCheck(services.GetRequiredService<NpgsqlDataSource>()),
            failureStatus: null,
            tags: null));
    }
}
