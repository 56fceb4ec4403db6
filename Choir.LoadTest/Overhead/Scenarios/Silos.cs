using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Choir.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Orleans.Dashboard;
using Orleans.Diagnostics;

namespace Choir.LoadTest.Overhead.Scenarios;

/// <summary>The hosts that are measured: each one silo, clustered in memory, with nothing stored anywhere.</summary>
internal static class Silos
{
    // Below the ports that systems give to outgoing connections.
    private const int FirstPort = 12_000;
    private const int LastPort = 32_000;

    /// <summary>The share of a caller's activities that is sampled where the scenario itself traces nothing.</summary>
    private const double CallersRatio = 0.01;

    /// <summary>Orleans alone: no telemetry of any kind, no log provider, no web server.</summary>
    public static IHost Bare(SiloSettings settings) => Plain(settings, CallersRatio, (_, _) => { });

    /// <summary>Orleans' own activity propagation, the tracing SDK and its OTLP exporter.</summary>
    /// <param name="settings">Where it exports to.</param>
    /// <param name="ratio">The share of traces that is sampled.</param>
    public static IHost Propagation(SiloSettings settings, double ratio) => Plain(settings, ratio, (silo, services) =>
    {
        silo.AddActivityPropagation();
        services.AddTracing(settings.Sink, ratio,
            ActivitySources.ApplicationGrainActivitySourceName, ActivitySources.RuntimeActivitySourceName);
    });

    /// <summary>Orleans' dashboard, collecting as it does while somebody looks at it.</summary>
    public static IHost Dashboard(SiloSettings settings) => Plain(settings, CallersRatio, (silo, services) =>
    {
        silo.AddDashboard();
        services.Configure<GrainProfilerOptions>(profiler => profiler.TraceAlways = true);
    });

    /// <summary>A Choir host as it ships, short of storage and chain, with all of its telemetry on.</summary>
    /// <param name="settings">Where it exports to.</param>
    /// <param name="ratio">The share of traces that is sampled.</param>
    public static WebApplication Choir(SiloSettings settings, double ratio)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory, EnvironmentName = Environments.Production,
        });
        builder.Configuration.AddInMemoryCollection(
        [
            new("OTEL_EXPORTER_OTLP_ENDPOINT", settings.Sink.AbsoluteUri),
            new("Telemetry:Sampling", ratio.ToString(CultureInfo.InvariantCulture)),

            // Every 5 s instead of every minute, or no export would fall into the measured part.
            new("OTEL_METRIC_EXPORT_INTERVAL", "5000"),
        ]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults();
        builder.Services.AddActorsTelemetry();
        if (settings.ClientActivity)
        {
            builder.Services.AddOpenTelemetry().WithTracing(traces => traces.AddSource(ActivitySender.SourceName));
        }

        builder.UseOrleans(silo => silo.UseOneHost().UseChoirActors(actors => actors.TraceShare = ratio));
        var app = builder.Build();
        app.MapDefaultEndpoints();
        return app;
    }

    /// <summary>Choir's actors with nobody who reads what they count, for measuring their pieces.</summary>
    public static IHost ActorsAlone()
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.UseOrleans(silo => silo.UseOneHost().UseChoirActors());
        return builder.Build();
    }

    private static IHost Plain(SiloSettings settings, double ratio, Action<ISiloBuilder, IServiceCollection> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.UseOrleans(silo => configure(silo.UseOneHost(), builder.Services));
        if (settings.ClientActivity)
        {
            builder.Services.AddTracing(settings.Sink, ratio, ActivitySender.SourceName);
        }

        return builder.Build();
    }

    private static void AddTracing(this IServiceCollection services, Uri sink, double ratio, params string[] sources) =>
        services.AddOpenTelemetry().WithTracing(traces => traces
            .AddSource(sources)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(ratio)))
            .AddOtlpExporter(otlp => otlp.Endpoint = sink));

    /// <summary>What an application adds to see its actors.</summary>
    private static void AddActorsTelemetry(this IServiceCollection services) =>
        services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddChoirActorsInstrumentation())
            .WithTracing(traces => traces.AddChoirActorsInstrumentation());

    // No gateway port: nobody calls from outside.
    private static ISiloBuilder UseOneHost(this ISiloBuilder silo) =>
        silo.UseLocalhostClustering(siloPort: FreePort(), gatewayPort: 0);

    private static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(FirstPort, LastPort);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: try another.
            }
        }
    }
}

/// <summary>What a host is made with.</summary>
/// <param name="Sink">Where it exports to.</param>
/// <param name="ClientActivity">Whether its callers trace.</param>
internal sealed record SiloSettings(Uri Sink, bool ClientActivity);
