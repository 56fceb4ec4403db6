using System.Globalization;
using Choir.Actors.Inspection;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Choir.Tests.Unit.Observability.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;

namespace Choir.Tests.Samples;

/// <summary>Inspects the unchanged sample of ordinary grains from a client of its cluster.</summary>
public sealed class NoLineInspectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_sees_the_figures_of_an_application_that_is_observed_from_outside()
    {
        await using var collector = await HostileCollector.StartAsync();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var gateway = Loopback.FreePort();
        var shop = ShopProcess.RunAsync(
            SamplePrograms.PathOf("Shop"), end.Token,
            [
                ("GatewayPort", gateway.ToString(CultureInfo.InvariantCulture)), ("StaysOpen", "true"),
                (HookModel.Variable, await HookModel.OfShopAsync()), .. collector.Variables(),
            ]);
        try
        {
            await Eventually.HoldsAsync("the shop to have run its orders", () =>
                shop.IsCompleted ? throw new InvalidOperationException(string.Join('\n', shop.Result.Errors)) : ShopScript.IsComplete(collector.Inbox));

            var builder = Host.CreateApplicationBuilder();
            builder.Logging.ClearProviders();
            builder.UseOrleansClient(client => client.UseLocalhostClustering(gateway).AddChoirObservability());
            using var host = builder.Build();
            await host.StartAsync(Token);
            var types = (await host.Services.GetRequiredService<IActorInspection>().TypesAsync(Token)).Types;
            Assert.Equal(["customer", "order", "payment", "price", "sales", "stock"], types.Select(type => type.Type).Order(StringComparer.Ordinal));
            Assert.Equal(9, types.Single(type => type.Type == "stock").Messages);
            await host.StopAsync(Token);
        }
        finally
        {
            await end.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => shop);
        }
    }
}
