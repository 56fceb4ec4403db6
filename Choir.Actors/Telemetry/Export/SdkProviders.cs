using OpenTelemetry.Metrics;

namespace Choir.Actors.Telemetry;

/// <summary>
/// The meter providers of this process that take histograms of actors in bulk: those to which
/// <c>AddChoirActorsInstrumentation</c> was said. Part of a provider; leaves when that is disposed.
/// </summary>
internal sealed class SdkProviders : IDisposable
{
    private static readonly Lock Gate = new();
    private static SdkHistograms[] s_all = [];

    private readonly SdkHistograms? _mine;

    public SdkProviders(MeterProvider provider)
    {
        _mine = SdkHistograms.TryCreate(provider);
        if (_mine is not null)
        {
            lock (Gate)
            {
                s_all = [.. s_all, _mine];
            }
        }
    }

    /// <summary>All of them.</summary>
    public static SdkHistograms[] All => Volatile.Read(ref s_all);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (Gate)
        {
            s_all = [.. s_all.Where(one => one != _mine)];
        }
    }
}
