using Orleans.Streams;

namespace Samples.Shop;

/// <summary>An order; its key is its number.</summary>
public interface IOrder : IGrainWithIntegerKey
{
    /// <summary>Orders.</summary>
    /// <returns>What became of it.</returns>
    Task<string> PlaceAsync(string customer, string thing, int count);
}

/// <summary>The stored state of an order.</summary>
[GenerateSerializer, Alias("Samples.Shop.OrderState")]
public sealed class OrderState
{
    /// <summary>What became of it.</summary>
    [Id(0)]
    public string Result { get; set; } = "";
}

/// <inheritdoc cref="IOrder"/>
public sealed class OrderGrain([PersistentState("order")] IPersistentState<OrderState> order) : Grain, IOrder, IRemindable
{
    private const string Delivery = "delivery";

    /// <inheritdoc/>
    public async Task<string> PlaceAsync(string customer, string thing, int count)
    {
        var price = await GrainFactory.GetGrain<IPrice>(0).OfAsync(thing, count);
        order.State.Result = await GetAsync(customer, thing, count, price);
        await order.WriteStateAsync();
        await GrainFactory.GetGrain<ICustomer>(customer).TellAsync(order.State.Result);
        return order.State.Result;
    }

    /// <inheritdoc/>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (await this.GetReminder(reminderName) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    private async Task<string> GetAsync(string customer, string thing, int count, int price)
    {
        if (!await GrainFactory.GetGrain<IStock>(thing).TakeAsync(count))
        {
            return $"There are no {count} {thing}.";
        }

        try
        {
            await GrainFactory.GetGrain<IPayment>(customer).PayAsync(price);
        }
        catch (InvalidOperationException e)
        {
            await GrainFactory.GetGrain<IStock>(thing).FillAsync(count);
            return e.Message;
        }

        await this.GetStreamProvider(SalesGrain.Provider).GetStream<int>(StreamId.Create(SalesGrain.Stream, thing)).OnNextAsync(count);
        await this.RegisterOrUpdateReminder(Delivery, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        return $"{customer} gets {count} {thing} for {price}.";
    }
}
