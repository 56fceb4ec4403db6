using System.Text.Json.Serialization;
using Choir.Actors.Health;
using Choir.Contracts;
using Choir.Gateway.Actors;
using Choir.Gateway.Alerts;
using Choir.Gateway.DeadLetters;
using Choir.Gateway.Health;
using Choir.Gateway.LivePages;
using Choir.Gateway.LoadTests;
using Choir.Gateway.Metrics;
using Choir.Gateway.OpenApi;
using Choir.Gateway.Problems;
using Choir.Gateway.Requests;
using Choir.Gateway.Security;
using Choir.Gateway.Start;
using Choir.Gateway.Threads;
using Choir.Observatory;
using Choir.ServiceDefaults;
using Choir.ServiceDefaults.Health;
using Choir.ServiceDefaults.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Choir.Gateway;

/// <summary>The gateway's services and routes.</summary>
internal static class GatewaySetup
{
    public static void AddGateway(this WebApplicationBuilder builder)
    {
        builder.AddServiceDefaults("gateway");
        builder.AddChoirStorage();
        builder.AddMetricsTarget(OwnAddress.Of);
        builder.AddCluster();
        builder.Services.AddHealthChecks().AddEthereumNode();
        builder.AddHttpApi();
    }

    /// <summary>The HTTP API without the storage and the cluster behind it.</summary>
    public static void AddHttpApi(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<GatewayOptions>().BindSettings(GatewayOptions.Section);
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = BodyLimit.ServerLimit;
            kestrel.AddServerHeader = false;
        });
        services.AddOptions<HostOptions>().Configure<IOptions<GatewayOptions>>(
            (host, gateway) => host.ShutdownTimeout = gateway.Value.ShutdownTimeout);
        services.ConfigureHttpJsonOptions(options =>
        {
            ContractJson.Apply(options.SerializerOptions);
            options.SerializerOptions.AllowDuplicateProperties = false;
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        services.AddProblems();
        services.AddApiKey();
        RequestLimit.AddTo(services);
        services.AddApiDescription();
        services.AddSingleton<RefusedRequests>();
        services.AddSingleton<DatabaseWatch>();
        services.AddSingleton<EventStreams>();
        services.AddSingleton<PausedActors>();
        services.AddSingleton<ThreadClient>();
        services.AddSingleton<ThreadReader>();
        services.AddSingleton<DeadLetters.DeadLetterReplay>();
        services.AddAlerts();
    }

    public static void MapGateway(this WebApplication app)
    {
        app.UseProblems();
        app.UseExactRouting();
        app.UseAuthentication();
        app.UseMiddleware<RequestLog>();
        app.UseMiddleware<FloodWatch>();
        app.UseAuthorization();
        app.UseMiddleware<QueryNames>();
        app.UseMiddleware<RequestLimit>();
        app.UseMiddleware<BodyLimit>();
        app.UseMiddleware<BodyFormat>();
        app.MapDefaultEndpoints();
        app.MapApi(app.MapLivePages());
    }

    private static void MapApi(this WebApplication gateway, ObservatoryEndpoint observatory)
    {
        var app = gateway.MapGroup("").AnswerHead();
        app.MapThreads();
        app.MapActors();
        app.MapObservatoryApi(observatory, api => (api.Operations, api.ThrowProblems) = (true, true));
        app.MapDeadLetters();
        app.MapLoadTests();
        app.MapLoadTestTrends();
        app.MapAlerts();
        app.MapRunbooks();
        app.MapMetricsTargets();
        app.MapApiDescription();
        app.MapStart();
    }

    private static void AddCluster(this WebApplicationBuilder builder)
    {
        // The web server must answer while the client still waits for the first host of the cluster.
        builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);

        // It logs a warning for every attempt to connect; ClusterRetry logs it at intervals instead.
        builder.Logging.AddFilter("Orleans.Messaging.GatewayManager", LogLevel.Error);
        builder.UseOrleansClient(client => client
            .UseChoirClustering()
            .UseChoirActors()
            .UseConnectionRetryFilter<ClusterRetry>());
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddChoirActorsInstrumentation())
            .WithTracing(traces => traces.AddChoirActorsInstrumentation());
        builder.Services.AddSingleton<ActorSystemHealthCheck>();
        builder.Services.AddHealthChecks().AddCheck<ActorSystemHealthCheck>(HealthComponents.ActorSystem);
    }
}
