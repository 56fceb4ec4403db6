using Orleans.Streams;

namespace Samples.Shop;

/// <summary>Counts what is sold of a thing; its key is the name of the thing. It hears of each sale through a stream.</summary>
public interface ISales : IGrainWithStringKey;

/// <inheritdoc cref="ISales"/>
[ImplicitStreamSubscription(Stream)]
public sealed class SalesGrain : Grain, ISales, IAsyncObserver<int>
{
    /// <summary>The stream provider.</summary>
    public const string Provider = "shop";

    /// <summary>The namespace of the streams; the key is that of this grain.</summary>
    public const string Stream = "sales";

    private int _sold;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        await this.GetStreamProvider(Provider).GetStream<int>(StreamId.Create(Stream, this.GetPrimaryKeyString())).SubscribeAsync(this);

    /// <inheritdoc/>
    public Task OnNextAsync(int item, StreamSequenceToken? token = null)
    {
        _sold += item;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
