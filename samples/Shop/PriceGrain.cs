using Orleans.Concurrency;

namespace Samples.Shop;

/// <summary>Computes prices.</summary>
public interface IPrice : IGrainWithIntegerKey
{
    /// <summary>The price of an order.</summary>
    ValueTask<int> OfAsync(string thing, int count);
}

/// <inheritdoc cref="IPrice"/>
[StatelessWorker]
public sealed class PriceGrain : Grain, IPrice
{
    /// <inheritdoc/>
    public ValueTask<int> OfAsync(string thing, int count) => new(thing.Length * count);
}
