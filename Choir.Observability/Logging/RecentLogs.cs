using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Choir.Observability;

/// <summary>
/// The last log records of this host that are about an actor or a correlation. Warnings and errors are kept apart from the others,
/// which therefore never displace them.
/// </summary>
/// <param name="options">Read late: a wrong setting is reported by a logger.</param>
/// <param name="time">The clock of the records.</param>
internal sealed class RecentLogs(IOptions<ObservabilityOptions> options, TimeProvider time)
{
    /// <summary>The most characters of a message.</summary>
    public const int MaxText = 1_024;

    /// <summary>The most characters of an exception.</summary>
    public const int MaxException = 4_096;

    /// <summary>The most characters of the name of an event and of a logger.</summary>
    public const int MaxName = 256;

    /// <summary>How much more is kept than is shown, so that a secret at the end is recognised.</summary>
    public const int Margin = 256;

    private const int WarningShare = 4;
    private const int MeanBytes = 512;

    private readonly Lazy<Lanes> _lanes = new(() => new Lanes(CapacityOf(options)));

    public bool IsOn => _lanes.Value.Capacity > 0;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The memory that its records use, in bytes.</summary>
    public long Memory => _lanes.Value.Usual.Memory + _lanes.Value.Warnings.Memory;

    /// <summary>From when on all records are kept, those of both lanes; null if none has been dropped.</summary>
    public DateTimeOffset? KeptSince => new[] { _lanes.Value.Usual.KeptSince, _lanes.Value.Warnings.KeptSince }.Max();

    public void Add(RecentLog record) => (record.Level >= LogLevel.Warning ? _lanes.Value.Warnings : _lanes.Value.Usual).Add(record);

    /// <summary>The records that match: of each lane the newest first.</summary>
    public IEnumerable<RecentLog> Find(Func<RecentLog, bool> matches) =>
        _lanes.Value.Warnings.Snapshot().Concat(_lanes.Value.Usual.Snapshot()).Where(matches);

    private static int CapacityOf(IOptions<ObservabilityOptions> options)
    {
        try
        {
            return options.Value.RecentLogCapacity;
        }
        catch (Exception e) when (e is OptionsValidationException or InvalidOperationException)
        {
            return 0;
        }
    }

    // Errors have exceptions, which are longer: as many bytes for a quarter of the records.
    private sealed class Lanes(int capacity)
    {
        public int Capacity => capacity;

        public LogLane Usual { get; } = new(capacity, (long)capacity * MeanBytes);

        public LogLane Warnings { get; } = new((capacity + WarningShare - 1) / WarningShare, (long)capacity * MeanBytes);
    }
}
