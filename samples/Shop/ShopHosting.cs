using Orleans.Hosting;

namespace Samples.Shop;

/// <summary>What the grains of the shop need of a silo.</summary>
public static class ShopHosting
{
    /// <summary>Adds storage, streams and reminders in memory.</summary>
    public static ISiloBuilder UseShop(this ISiloBuilder silo) =>
        silo.AddMemoryGrainStorageAsDefault().UseInMemoryReminderService()
            .AddMemoryStreams(SalesGrain.Provider).AddMemoryGrainStorage("PubSubStore");
}
