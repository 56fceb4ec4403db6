using Orleans.Concurrency;

namespace Samples.Shop;

/// <summary>A customer; its key is the name.</summary>
public interface ICustomer : IGrainWithStringKey
{
    /// <summary>Says what became of an order. Nobody waits for it.</summary>
    [OneWay]
    Task TellAsync(string news);
}

/// <inheritdoc cref="ICustomer"/>
[Reentrant]
public sealed class CustomerGrain : Grain, ICustomer
{
    private readonly List<string> _news = [];

    /// <inheritdoc/>
    public Task TellAsync(string news)
    {
        _news.Add(news);
        return Task.CompletedTask;
    }
}
