using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Orleans.Hosting;
using Samples.Shop;

// The shop in a host of the older kind, with OpenTelemetry of its own. It knows nothing of Choir either: the tests observe it from outside.
using var host = Host.CreateDefaultBuilder(args)
    .UseOrleans((context, silo) => silo.UseLocalhostClustering(siloPort: context.Configuration.GetValue("SiloPort", 11_112), gatewayPort: 0).UseShop())
    .ConfigureServices(services => services.AddOpenTelemetry()
        .WithMetrics(metrics => metrics.AddMeter("Microsoft.Orleans").AddOtlpExporter())
        .WithTracing(traces => traces.AddSource("Microsoft.Orleans.Application").AddOtlpExporter()))
    .Build();
await host.StartAsync();
foreach (var answer in await ShopClient.RunAsync(host.Services.GetRequiredService<IGrainFactory>()))
{
    Console.WriteLine(answer);
}

await host.StopAsync();
