using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace Choir.Observability;

/// <summary>
/// The meter providers of this process that take values in bulk, and the histograms that give them. All with all: a provider
/// listens to the meters of a name, whoever has created them.
/// </summary>
internal static class BulkRecording
{
    private static readonly Lock Gate = new();
    private static BulkProvider[] _providers = [];
    private static MessageHistograms[] _histograms = [];
    private static Instrument[] _gauges = [];

    // Providers that end still listen while their readers collect for the last time.
    private static readonly ConditionalWeakTable<MeterListener, BulkProvider> Ending = [];

    /// <summary>Whether a provider was to take values in bulk, also if its version of the SDK cannot.</summary>
    public static bool IsWanted { get; set; }

    /// <summary>Whether a provider does not listen yet.</summary>
    public static bool IsStarting => !Array.TrueForAll(Volatile.Read(ref _providers), provider => provider.Listens);

    public static void Add(BulkProvider provider)
    {
        Change(ref _providers, all => [.. all, provider]);
        foreach (var histograms in Volatile.Read(ref _histograms))
        {
            histograms.Suspend();
        }
    }

    public static void Remove(BulkProvider provider)
    {
        if (provider.Listener is { } listener)
        {
            Ending.AddOrUpdate(listener, provider);
        }

        Change(ref _providers, all => [.. all.Where(one => one != provider)]);
    }

    public static void Add(MessageHistograms histograms) => Change(ref _histograms, all => [.. all, histograms]);

    public static void Remove(MessageHistograms histograms) => Change(ref _histograms, all => [.. all.Where(one => one != histograms)]);

    /// <summary>Registers gauges whose series come and go: see <see cref="GaugeStart"/>.</summary>
    public static void Add(IEnumerable<Instrument> gauges) => Change(ref _gauges, all => [.. all, .. gauges]);

    public static void Remove(Meter meter) => Change(ref _gauges, all => [.. all.Where(one => one.Meter != meter)]);

    /// <summary>Whether a listener belongs to a provider that takes values in bulk.</summary>
    public static bool Owns(MeterListener listener) => Array.Exists(Volatile.Read(ref _providers), provider => provider.Owns(listener));

    /// <summary>Whether a listener belongs to a provider that has ended, or is about to.</summary>
    public static bool IsEnding(MeterListener listener) => Ending.TryGetValue(listener, out _);

    /// <summary>Adds what was counted to the histograms of all providers. Called before a reader collects.</summary>
    public static void Flush()
    {
        foreach (var histograms in Volatile.Read(ref _histograms))
        {
            histograms.Flush();
        }

        foreach (var gauge in Volatile.Read(ref _gauges))
        {
            GaugeStart.Refresh(gauge);
        }
    }

    private static void Change<T>(ref T[] all, Func<T[], T[]> change)
    {
        lock (Gate)
        {
            Volatile.Write(ref all, change(all));
        }
    }
}
