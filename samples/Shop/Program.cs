using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Samples.Shop;

// An order system of ordinary Orleans grains, which know nothing of Choir: it runs the orders of the scripted client once, and ends, or
// stays open until it is stopped.
// AddChoirObservability after UseShop is all that is needed to observe it; the tests of Choir run it with and without that line.
var builder = Host.CreateApplicationBuilder(args);
builder.UseOrleans(silo => silo
    .UseLocalhostClustering(builder.Configuration.GetValue("SiloPort", 11_112), builder.Configuration.GetValue("GatewayPort", 0))
    .UseShop());
using var host = builder.Build();
await host.StartAsync();
var answers = await ShopClient.RunAsync(host.Services.GetRequiredService<IGrainFactory>());
foreach (var answer in answers)
{
    Console.WriteLine(answer);
}

if (builder.Configuration.GetValue("StaysOpen", false))
{
    await host.WaitForShutdownAsync();
}

await host.StopAsync();
