namespace Samples.Shop;

/// <summary>The stock of a thing; its key is the name of the thing.</summary>
public interface IStock : IGrainWithStringKey
{
    /// <summary>Adds to the stock.</summary>
    Task<int> FillAsync(int count);

    /// <summary>Takes from the stock, unless there is too little.</summary>
    Task<bool> TakeAsync(int count);
}

/// <summary>The stored state of a stock.</summary>
[GenerateSerializer, Alias("Samples.Shop.StockState")]
public sealed class StockState
{
    /// <summary>How many there are.</summary>
    [Id(0)]
    public int Count { get; set; }
}

/// <inheritdoc cref="IStock"/>
public sealed class StockGrain([PersistentState("stock")] IPersistentState<StockState> stock) : Grain, IStock
{
    /// <inheritdoc/>
    public async Task<int> FillAsync(int count)
    {
        stock.State.Count += count;
        await stock.WriteStateAsync();
        return stock.State.Count;
    }

    /// <inheritdoc/>
    public async Task<bool> TakeAsync(int count)
    {
        if (stock.State.Count < count)
        {
            return false;
        }

        stock.State.Count -= count;
        await stock.WriteStateAsync();
        return true;
    }
}
