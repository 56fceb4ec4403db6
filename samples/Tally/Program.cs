using System.Globalization;
using Choir.Actors;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Orleans.Hosting;
using Samples.Apples;

// An Orleans application of one's own. Two calls bring Choir's actors and all that is measured and traced of them:
// UseChoirActors on the silo, AddChoirActorsInstrumentation on OpenTelemetry's builders. Where it exports to is the
// application's business; here OTEL_EXPORTER_OTLP_ENDPOINT says it.
var builder = Host.CreateApplicationBuilder(args);
builder.UseOrleans(silo => silo
    .UseLocalhostClustering(siloPort: builder.Configuration.GetValue("SiloPort", 11_111), gatewayPort: 0)
    .AddMemoryGrainStorageAsDefault()
    .UseChoirActors());
builder.Services.AddOpenTelemetry()
    .WithMetrics(metrics => metrics.AddChoirActorsInstrumentation().AddOtlpExporter())
    .WithTracing(traces => traces.AddChoirActorsInstrumentation().AddOtlpExporter());

using var host = builder.Build();
await host.StartAsync();
var actors = host.Services.GetRequiredService<IActorClient>();
var apples = new ActorAddress(nameof(TallyActor), "apples");
var tally = new Tally();
for (var i = 0; i < builder.Configuration.GetValue("Messages", 10); i++)
{
    tally = await actors.Ask<Tally>(apples, "ADD", new Add(1));
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"There are {tally.Count} apples."));
await host.StopAsync();
