using Choir.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;

namespace Orleans.Hosting;

/// <summary>
/// Cluster membership and reminders in Postgres, over the pool that Choir bounds; it replaces the connection that Orleans'
/// own configuration names.
/// </summary>
public static class ChoirClusteringExtensions
{
    /// <summary>Orleans' own configuration section: <c>Orleans:ClusterId</c> and <c>Orleans:ServiceId</c>, both <c>choir</c> by default.</summary>
    public const string SectionName = "Orleans";

    private const string DefaultName = "choir";

    /// <summary>Joins the cluster that the database keeps.</summary>
    /// <param name="builder">The silo; its application has called <c>AddChoirStorage</c>.</param>
    public static ISiloBuilder UseChoirClustering(this ISiloBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOrleansDataSource();
        NameCluster(builder.Services, builder.Configuration);
        builder.Services.Configure<ClusterMembershipOptions>(Detect);
        return builder.UseAdoNetClustering((OptionsBuilder<AdoNetClusteringSiloOptions> options) =>
            options.Configure<IServiceProvider>((clustering, services) =>
            {
                clustering.Invariant = OrleansPool.Invariant;
                clustering.ConnectionString = null;
                clustering.DataSource = services.GetRequiredKeyedService<NpgsqlDataSource>(OrleansPool.Key);
            }));
    }

    /// <summary>Connects to the cluster that the database keeps.</summary>
    /// <param name="builder">The client; its application has called <c>AddChoirStorage</c>.</param>
    public static IClientBuilder UseChoirClustering(this IClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOrleansDataSource();
        NameCluster(builder.Services, builder.Configuration);

        // A host that has just joined gets work soon, and one that has gone none.
        builder.Services.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5));
        return builder.UseAdoNetClustering((OptionsBuilder<AdoNetClusteringClientOptions> options) =>
            options.Configure<IServiceProvider>((clustering, services) =>
            {
                clustering.Invariant = OrleansPool.Invariant;
                clustering.ConnectionString = null;
                clustering.DataSource = services.GetRequiredKeyedService<NpgsqlDataSource>(OrleansPool.Key);
            }));
    }

    /// <summary>Keeps reminders in the database.</summary>
    /// <param name="builder">The silo; its application has called <c>AddChoirStorage</c>.</param>
    public static ISiloBuilder UseChoirReminders(this ISiloBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOrleansDataSource();

        // Reminders are what wakes a cycle whose host died: a few seconds are as fine as anyone needs, and less would
        // load the database.
        builder.Services.Configure<ReminderOptions>(options =>
        {
            options.MinimumReminderPeriod = TimeSpan.FromSeconds(5);
            options.RefreshReminderListPeriod = TimeSpan.FromSeconds(30);
        });
        return builder.UseAdoNetReminderService((OptionsBuilder<AdoNetReminderTableOptions> options) =>
            options.Configure<IServiceProvider>((reminders, services) =>
            {
                reminders.Invariant = OrleansPool.Invariant;
                reminders.ConnectionString = null;
                reminders.DataSource = services.GetRequiredKeyedService<NpgsqlDataSource>(OrleansPool.Key);
            }));
    }

    private static void NameCluster(IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(SectionName);
        services.Configure<ClusterOptions>(options =>
        {
            options.ClusterId = section["ClusterId"] is { Length: > 0 } id ? id : DefaultName;
            options.ServiceId = section["ServiceId"] is { Length: > 0 } serviceId ? serviceId : DefaultName;
        });
    }

    // A host that was killed is declared dead after three missed probes of at most 4 s each. One that only pauses
    // (garbage collection, a busy machine) has that long to come back.
    private static void Detect(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(2);
        options.MinProbeTimeout = TimeSpan.FromSeconds(2);
        options.MaxProbeTimeout = TimeSpan.FromSeconds(4);
        options.NumMissedProbesLimit = 3;

        // After a crash of everything, those of the last run count as gone once they have been silent for three times
        // this; only then do new ones join without trying to reach them.
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        options.NumMissedTableIAmAliveLimit = 3;
        options.TableRefreshTimeout = TimeSpan.FromSeconds(15);
        options.DefunctSiloExpiration = TimeSpan.FromDays(1);
    }
}
