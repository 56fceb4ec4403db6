using Choir.Actors;
using Fresh;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Samples.Apples;

// The actor of samples/Tally in an application that has the package Choir.Actors.
var builder = Host.CreateApplicationBuilder(args);
var figures = new Figures();
figures.Collect(builder);
builder.UseOrleans(silo => silo
    .UseLocalhostClustering(siloPort: builder.Configuration.GetValue<int>("SiloPort"), gatewayPort: 0)
    .AddMemoryGrainStorageAsDefault()
    .UseChoirActors());
using var host = builder.Build();
await host.StartAsync();
var actors = host.Services.GetRequiredService<IActorClient>();
foreach (var amount in new[] { 3, 4 })
{
    var tally = await actors.Ask<Tally>(new ActorAddress(nameof(TallyActor), "apples"), "ADD", new Add(amount));
    Console.WriteLine($"There are {tally.Count} apples.");
}

figures.Print(host.Services);
await host.StopAsync();
