using OpenTelemetry.Metrics;

namespace Choir.Actors.Telemetry;

/// <summary>
/// A meter provider that takes histograms of actors in bulk, because
/// <c>AddChoirActorsInstrumentation</c> was said to it. Part of the provider; leaves when that is disposed.
/// </summary>
internal sealed class BulkProvider : IDisposable
{
    private static readonly Lock Gate = new();
    private static BulkProvider[] _all = [];

    private readonly MeterProvider _provider;
    private SdkHistograms? _histograms;

    public BulkProvider(MeterProvider provider)
    {
        _provider = provider;
        lock (Gate)
        {
            _all = [.. _all, this];
        }
    }

    /// <summary>Whether there is any.</summary>
    public static bool IsAny => Volatile.Read(ref _all).Length > 0;

    /// <summary>The ways into all of them; null if there is none into one of them.</summary>
    /// <remarks>A provider is made known before it has its readers, so the way is sought when it is first needed.</remarks>
    public static IReadOnlyList<SdkHistograms>? All()
    {
        var found = new List<SdkHistograms>();
        foreach (var one in Volatile.Read(ref _all))
        {
            if ((one._histograms ??= SdkHistograms.TryCreate(one._provider)) is not { } histograms)
            {
                return null;
            }

            found.Add(histograms);
        }

        return found;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (Gate)
        {
            _all = Array.FindAll(_all, one => one != this);
        }
    }
}
