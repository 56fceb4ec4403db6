using Choir.Observability;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Choir.Actors.Hosting;

/// <summary>Reports a change of <see cref="ActorOptions"/> as one of <see cref="ObservabilityOptions"/>, which get values from them.</summary>
internal sealed class ActorOptionsChanges : IOptionsChangeTokenSource<ObservabilityOptions>, IDisposable
{
    private readonly IDisposable? _changes;
    private CancellationTokenSource _current = new();

    public ActorOptionsChanges(IOptionsMonitor<ActorOptions> actors) => _changes = actors.OnChange(_ => OnChanged());

    public string Name => Options.DefaultName;

    public IChangeToken GetChangeToken() => new CancellationChangeToken(Volatile.Read(ref _current).Token);

    public void Dispose()
    {
        _changes?.Dispose();
        _current.Dispose();
    }

    // Whoever listens takes the next token while it is told of the change.
    private void OnChanged()
    {
        var before = Interlocked.Exchange(ref _current, new CancellationTokenSource());
        before.Cancel();
    }
}
