namespace Choir.Observability;

/// <summary>A service in the place of another one.</summary>
/// <param name="inner">The service inside.</param>
/// <param name="isOwned">Whether the service inside is disposed with this one, because nothing else disposes it.</param>
internal abstract class Decorator(object inner, bool isOwned) : IAsyncDisposable, IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        if (isOwned)
        {
            (inner as IDisposable)?.Dispose();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (isOwned && inner is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            Dispose();
        }
    }
}
