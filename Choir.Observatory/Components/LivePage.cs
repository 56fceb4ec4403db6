using Choir.Observatory.History;
using Choir.Observatory.Live;
using Microsoft.AspNetCore.Components;

namespace Choir.Observatory.Components;

/// <summary>A page that is shown anew after each reading of the cluster.</summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private IDisposable? _subscription;

    [Inject]
    internal LiveFigures Live { get; set; } = default!;

    /// <summary>The last reading that succeeded; null if there was none yet.</summary>
    protected ClusterSnapshot? Now => Live.Current;

    /// <summary>The figures of the last hour.</summary>
    protected HistoryStore History => Live.History;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _subscription = Live.Subscribe(() => _ = InvokeAsync(UpdateAsync));
        }
    }

    /// <summary>Called after each reading; reads what else the page shows.</summary>
    protected virtual Task OnReadingAsync() => Task.CompletedTask;

    /// <summary>Ends the updates.</summary>
    /// <param name="disposing">Whether it is called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing) => _subscription?.Dispose();

    private async Task UpdateAsync()
    {
        await OnReadingAsync();
        StateHasChanged();
    }
}
