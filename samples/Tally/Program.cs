using System.Globalization;
using Choir.Actors;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Orleans.Hosting;
using Samples.Apples;

// A complete Orleans application. UseChoirActors on the silo adds actors; AddChoirActorsInstrumentation on the OpenTelemetry
// builders adds their metrics and traces. The exporter is the application's choice: here OTLP, configured by
// OTEL_EXPORTER_OTLP_ENDPOINT.
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
