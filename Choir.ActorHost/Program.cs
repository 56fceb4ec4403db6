using Choir.ActorHost.Hosting;
using Choir.ActorHost.Ledger;
using Choir.ActorHost.PostChain;
using Choir.Actors.Health;
using Choir.ServiceDefaults;
using Choir.ServiceDefaults.Health;
using Choir.ServiceDefaults.Http;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

return await ServiceRun.RunAsync(args, AddActorHost, app => app.MapDefaultEndpoints());

static void AddActorHost(WebApplicationBuilder builder)
{
    builder.AddServiceDefaults("actor-host");
    builder.AddChoirStorage();
    builder.AddRetention();
    builder.AddMetricsTarget(OwnAddress.Of);
    builder.AddActorLogContext();
    builder.AddPostChain();
    builder.AddLedger();
    builder.StartServerBefore(host => host.UseOrleans(silo => silo
        .UseChoirActors(actors => silo.Configuration.GetSection("Actors").Bind(actors))
        .UseChoirClustering()
        .UseChoirReminders()
        .UseSiloEndpoints()
        .UseInstanceName()));
    builder.Services.AddOpenTelemetry()
        .WithMetrics(metrics => metrics.AddChoirActorsInstrumentation())
        .WithTracing(traces => traces.AddChoirActorsInstrumentation());
    builder.Services.SampleActorsLikeRequests(builder.Configuration);
    builder.Services.AddSingleton<ActorSystemHealthCheck>();
    builder.Services.AddSingleton<HostHealthCheck>();
    builder.Services.AddHealthChecks()
        .AddCheck<HostHealthCheck>(HealthComponents.ActorSystem)
        .AddEthereumNode();
}
