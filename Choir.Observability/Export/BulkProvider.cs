using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace Choir.Observability;

/// <summary>
/// A meter provider to which <c>AddChoirObservability</c> was added. Each time that one of its readers collects, the
/// counted values are added to its histograms first. Registered until the provider is disposed.
/// </summary>
internal sealed class BulkProvider : IDisposable
{
    private static int _withoutHost;

    private readonly MeterProvider _provider;
    private readonly bool _isOfHost;

    /// <param name="provider">The meter provider.</param>
    /// <param name="isOfHost">Whether it exports the metrics of its own host only; otherwise those of all hosts of the process.</param>
    public BulkProvider(MeterProvider provider, bool isOfHost)
    {
        (_provider, _isOfHost) = (provider, isOfHost);
        Interlocked.Add(ref _withoutHost, isOfHost ? 0 : 1);
        BulkRecording.IsWanted = true;
        if (SdkMembers.Found is not { } members || !members.ProviderType.IsInstanceOfType(provider))
        {
            return;
        }

        // From here on until they know this provider, histograms are recorded value by value: what it listens to is not known yet.
        BulkRecording.Add(this);
        Action flush = BulkRecording.Flush;
        members.OnCollect.SetValue(provider, flush + (Action?)members.OnCollect.GetValue(provider));
    }

    /// <summary>Whether there is a provider that exports the metrics of all hosts of the process.</summary>
    public static bool HasOneWithoutHost => Volatile.Read(ref _withoutHost) > 0;

    /// <summary>Whether it listens already: it is created while the provider is built.</summary>
    public bool Listens => Listener is not null;

    /// <summary>Its listener; null while it is built.</summary>
    public MeterListener? Listener => (MeterListener?)SdkMembers.Found!.ProviderListener.GetValue(_provider);

    /// <summary>Whether a listener is this provider's own.</summary>
    public bool Owns(MeterListener listener) => ReferenceEquals(Listener, listener);

    /// <summary>Adds what was counted since the last collection. The provider calls it before its readers collect for the last time.</summary>
    public void Dispose()
    {
        Interlocked.Add(ref _withoutHost, _isOfHost ? 0 : -1);
        BulkRecording.Flush();
        if (SdkMembers.Found is { } members && members.ProviderType.IsInstanceOfType(_provider))
        {
            BulkRecording.Remove(this);
            members.OnCollect.SetValue(_provider, (Action?)members.OnCollect.GetValue(_provider) - BulkRecording.Flush);
        }
    }
}
