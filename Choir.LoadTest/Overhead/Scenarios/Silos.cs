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

/// <summary>The hosts that are measured: each is one silo, clustered in memory, without storage.</summary>
internal static class Silos
{
    // Below the ephemeral ports.
    private const int FirstPort = 12_000;
    private const int LastPort = 32_000;

    /// <summary>The sampling ratio of the caller's activities in scenarios without tracing of their own.</summary>
    private const double CallersRatio = 0.01;

    /// <summary>Orleans alone: no telemetry of any kind, no log provider, no web server.</summary>
    public static IHost Bare(SiloSettings settings) => Plain(settings, CallersRatio, (_, _) => { });

    /// <summary>Orleans' own activity propagation, the tracing SDK and its OTLP exporter.</summary>
    public static IHost Propagation(SiloSettings settings, double ratio) => Plain(settings, ratio, (silo, services) =>
    {
        silo.AddActivityPropagation();
        services.AddTracing(settings.Sink, ratio,
            ActivitySources.ApplicationGrainActivitySourceName, ActivitySources.RuntimeActivitySourceName);
    });

    /// <summary>Orleans' dashboard, collecting as it does while its page is open.</summary>
    public static IHost Dashboard(SiloSettings settings) => Plain(settings, CallersRatio, (silo, services) =>
    {
        silo.AddDashboard();
        services.Configure<GrainProfilerOptions>(profiler => profiler.TraceAlways = true);
    });

    /// <summary>A Choir host as it ships, without storage and chain, with all telemetry on.</summary>
    /// <param name="settings">The settings of all scenarios.</param>
    /// <param name="ratio">The sampling ratio of traces.</param>
    /// <param name="configure">Changes the host.</param>
    public static WebApplication Choir(SiloSettings settings, double ratio, Action<IServiceCollection>? configure = null) =>
        Observed(settings, ratio, silo => silo.UseChoirActors(actors => actors.TraceShare = ratio), configure);

    /// <summary>Orleans with an incoming filter that does nothing: what any observation of calls costs at least.</summary>
    public static IHost NoopFilter(SiloSettings settings) =>
        Plain(settings, CallersRatio, (silo, _) => silo.AddIncomingGrainCallFilter<NoopFilter>());

    /// <summary>Orleans with filters of incoming and outgoing calls that do nothing: what observing both sides costs at least.</summary>
    public static IHost NoopFilters(SiloSettings settings) =>
        Plain(settings, CallersRatio, (silo, _) => silo.AddIncomingGrainCallFilter<NoopFilter>().AddOutgoingGrainCallFilter<NoopFilter>());

    /// <summary>Ordinary grains in a host with the telemetry of a Choir host.</summary>
    public static WebApplication ObservedGrains(SiloSettings settings, double ratio, bool observesCallers = false) =>
        Observed(settings, ratio, silo => silo.AddChoirObservability(
            observability => (observability.TraceShare, observability.ObserveCallers) = (ratio, observesCallers)));

    private static WebApplication Observed(
        SiloSettings settings, double ratio, Action<ISiloBuilder> configureSilo, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory, EnvironmentName = Environments.Production,
        });
        builder.Configuration.AddInMemoryCollection(
        [
            new("OTEL_EXPORTER_OTLP_ENDPOINT", settings.Sink.AbsoluteUri),
            new("Telemetry:Sampling", ratio.ToString(CultureInfo.InvariantCulture)),

            // Every 5 s instead of every minute, so that exports happen while messages are measured.
            new("OTEL_METRIC_EXPORT_INTERVAL", "5000"),
        ]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults();
        builder.Services.AddActorsTelemetry();
        if (settings.ClientActivity)
        {
            builder.Services.AddOpenTelemetry().WithTracing(traces => traces.AddSource(ActivitySender.SourceName));
        }

        builder.UseOrleans(silo => configureSilo(silo.UseOneHost()));
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapDefaultEndpoints();
        return app;
    }

    /// <summary>Choir's actors without metric readers, for the benchmarks of single steps.</summary>
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

    private static void AddActorsTelemetry(this IServiceCollection services) =>
        services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddChoirActorsInstrumentation())
            .WithTracing(traces => traces.AddChoirActorsInstrumentation());

    // Without a gateway port, because there are no clients.
    public static ISiloBuilder UseOneHost(this ISiloBuilder silo) =>
        silo.UseLocalhostClustering(siloPort: FreePort(), gatewayPort: 0);

    /// <summary>A port that is free now.</summary>
    public static int FreePort()
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
                // The port is in use: try another.
            }
        }
    }
}

/// <summary>The settings that all scenarios of a run share.</summary>
/// <param name="Sink">The address of the OTLP receiver.</param>
/// <param name="ClientActivity">Whether every call starts inside an activity of the caller.</param>
internal sealed record SiloSettings(Uri Sink, bool ClientActivity);
