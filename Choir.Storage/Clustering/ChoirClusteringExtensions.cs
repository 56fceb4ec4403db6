using Choir.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Hosting;

/// <summary>
/// Cluster membership and reminders in Postgres, over Choir's own connection pool. It replaces the connection in Orleans'
/// configuration.
/// </summary>
public static class ChoirClusteringExtensions
{
    /// <summary>The configuration section: <c>Orleans:ClusterId</c> and <c>Orleans:ServiceId</c>, both <c>choir</c> by default.</summary>
    public const string SectionName = "Orleans";

    private const string DefaultName = "choir";

    /// <summary>Joins the cluster whose membership is in the database.</summary>
    /// <param name="builder">The silo. <c>AddChoirStorage</c> must have been called.</param>
    public static ISiloBuilder UseChoirClustering(this ISiloBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOrleansDataSource();
        ConfigureCluster(builder.Services, builder.Configuration);
        builder.Services.Configure<ClusterMembershipOptions>(ConfigureFailureDetection);

        // A silo keeps replies to a client that has lost its connection to this silo, although others could forward them. After one
        // to two of these times it forwards them; by default after up to two minutes.
        builder.Services.Configure<SiloMessagingOptions>(options => options.ClientDropTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddKeyedSingleton<TimeProvider>(TimeProviderNames.Membership, new MembershipClock());
        builder.Services.AddSingleton<OwnMembership>();
        builder.Services.AddHostedService(services => services.GetRequiredService<OwnMembership>());
        return builder.UseAdoNetClustering((OptionsBuilder<AdoNetClusteringSiloOptions> options) =>
            options.Configure<IServiceProvider>((clustering, services) =>
            {
                clustering.Invariant = OrleansPool.Invariant;
                clustering.ConnectionString = null;
                clustering.DataSource = services.GetRequiredKeyedService<NpgsqlDataSource>(OrleansPool.Key);
            }));
    }

    /// <summary>Connects to the cluster whose membership is in the database.</summary>
    /// <param name="builder">The client. <c>AddChoirStorage</c> must have been called.</param>
    public static IClientBuilder UseChoirClustering(this IClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOrleansDataSource();
        ConfigureCluster(builder.Services, builder.Configuration);

        // Short, so that the client soon uses a new host and soon stops using one that left.
        builder.Services.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5));
        return builder.UseAdoNetClustering((OptionsBuilder<AdoNetClusteringClientOptions> options) =>
            options.Configure<IServiceProvider>((clustering, services) =>
            {
                clustering.Invariant = OrleansPool.Invariant;
                clustering.ConnectionString = null;
                clustering.DataSource = services.GetRequiredKeyedService<NpgsqlDataSource>(OrleansPool.Key);
            }));
    }

    /// <summary>Stores reminders in the database.</summary>
    /// <param name="builder">The silo. <c>AddChoirStorage</c> must have been called.</param>
    public static ISiloBuilder UseChoirReminders(this ISiloBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOrleansDataSource();

        // Reminders resume cycles after their host died. A few seconds are soon enough; less would load the database.
        builder.Services.Configure<ReminderOptions>(options =>
        {
            options.MinimumReminderPeriod = TimeSpan.FromSeconds(5);
            options.RefreshReminderListPeriod = TimeSpan.FromSeconds(30);
        });

        // It only warns of a minimum below a minute.
        builder.Services.AddLogging(logging => logging.AddFilter("Orleans.Hosting.ReminderOptionsValidator", LogLevel.Error));
        return builder.UseAdoNetReminderService((OptionsBuilder<AdoNetReminderTableOptions> options) =>
            options.Configure<IServiceProvider>((reminders, services) =>
            {
                reminders.Invariant = OrleansPool.Invariant;
                reminders.ConnectionString = null;
                reminders.DataSource = services.GetRequiredKeyedService<NpgsqlDataSource>(OrleansPool.Key);
            }));
    }

    private static void ConfigureCluster(IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(SectionName);
        services.Configure<ClusterOptions>(options =>
        {
            options.ClusterId = section["ClusterId"] is { Length: > 0 } id ? id : DefaultName;
            options.ServiceId = section["ServiceId"] is { Length: > 0 } serviceId ? serviceId : DefaultName;
        });
    }

    // A killed host is declared dead after three missed probes of at most 4 s each. A host that only pauses (garbage
    // collection, a busy machine) is not, if it continues within that time.
    private static void ConfigureFailureDetection(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(2);
        options.MinProbeTimeout = TimeSpan.FromSeconds(2);
        options.MaxProbeTimeout = TimeSpan.FromSeconds(4);
        options.NumMissedProbesLimit = 3;

        // After a crash of all hosts, new ones ignore the old ones after three times this period, and join without trying
        // to reach them.
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        options.NumMissedTableIAmAliveLimit = 3;
        options.TableRefreshTimeout = TimeSpan.FromSeconds(15);
        options.DefunctSiloExpiration = TimeSpan.FromDays(1);
    }
}
