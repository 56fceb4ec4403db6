using OpenTelemetry.Metrics;

namespace Choir.Actors.Telemetry;

/// <summary>
/// A meter provider to which <c>AddChoirActorsInstrumentation</c> was added, so that histograms of actors are added to it in
/// bulk. Registered until the provider is disposed.
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

    public static bool IsAny => Volatile.Read(ref _all).Length > 0;

    /// <summary>The histograms of all providers; null if one of them does not support bulk adding.</summary>
    /// <remarks>A provider is registered before it has its readers, so its histograms are found on first use.</remarks>
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
