using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;

namespace Choir.Tests.Unit.Observability.Support;

/// <summary>A grain that uses its storage in unusual ways.</summary>
public interface IArchive : IGrainWithStringKey
{
    Task BlockAsync();

    Task WriteAndLeaveAsync();
}

/// <inheritdoc cref="IArchive"/>
[GrainType("archive")]
public sealed class ArchiveGrain(
    [PersistentState("page")] IPersistentState<BookPage> page, [FromKeyedServices("Default")] IGrainStorage storage) : Grain, IArchive
{
    /// <summary>Blocks the grain's thread until its storage has answered.</summary>
    public Task BlockAsync()
    {
        var state = new GrainState<BookPage>(new BookPage { Text = "text" });
        var id = this.GetGrainId();
        storage.WriteStateAsync("blocked", id, state).GetAwaiter().GetResult();
        storage.ReadStateAsync("blocked", id, state).GetAwaiter().GetResult();
        storage.ClearStateAsync("blocked", id, state).GetAwaiter().GetResult();
        return Task.CompletedTask;
    }

    /// <summary>Leaves while the storage writes; see <see cref="SlowStorage"/>.</summary>
    public async Task WriteAndLeaveAsync()
    {
        page.State.Text = "late";
        page.WriteStateAsync().Ignore();
        await Gates.Of(SlowStorage.BeginOf(this.GetGrainId()));
        DeactivateOnIdle();
    }
}

/// <summary>A grain with two states of one name.</summary>
public interface ICatalogue : IGrainWithStringKey
{
    Task WriteAsync(string text);
}

/// <inheritdoc cref="ICatalogue"/>
[GrainType("catalogue")]
public sealed class CatalogueGrain(
    [PersistentState("page", "first")] IPersistentState<BookPage> first, [PersistentState("page", "second")] IPersistentState<BookPage> second)
    : Grain, ICatalogue
{
    public async Task WriteAsync(string text)
    {
        first.State.Text = second.State.Text = text;
        await first.WriteStateAsync();
        await second.WriteStateAsync();
    }
}

/// <summary>A grain whose type Orleans calls <c>gateway</c>, after its class.</summary>
public interface IDoor : IGrainWithStringKey
{
    Task<int> PutAsync(string shelf);
}

/// <inheritdoc cref="IDoor"/>
public sealed class GatewayGrain : Grain, IDoor
{
    public Task<int> PutAsync(string shelf) => GrainFactory.GetGrain<IShelf>(shelf).PutAsync(1);
}

/// <summary>A grain that tells the span that it runs in.</summary>
public interface IMirror : IGrainWithStringKey
{
    Task<string?> SpanAsync();
}

/// <inheritdoc cref="IMirror"/>
[GrainType("mirror")]
public sealed class MirrorGrain : Grain, IMirror
{
    public Task<string?> SpanAsync() => Task.FromResult(Activity.Current?.OperationName);
}
