using Fresh;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Samples.Shop;

// The grains of samples/Shop in an application that has the package Choir.Observability and its one line.
var builder = Host.CreateApplicationBuilder(args);
var figures = new Figures();
figures.Collect(builder);
builder.UseOrleans(silo => silo
    .UseLocalhostClustering(siloPort: builder.Configuration.GetValue<int>("SiloPort"), gatewayPort: 0)
    .UseShop()
    .AddChoirObservability());
using var host = builder.Build();
await host.StartAsync();
await ShopClient.RunAsync(host.Services.GetRequiredService<IGrainFactory>());
figures.Print(host.Services);
await host.StopAsync();
