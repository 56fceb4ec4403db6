using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Reflection;
using OpenTelemetry.Metrics;

namespace Choir.Observability;

/// <summary>
/// The private members of the OpenTelemetry SDK that bulk recording uses. They were read in one version of the SDK; with any
/// other version there are none, and histograms are recorded value by value.
/// </summary>
/// <remarks>
/// To take a new version of the SDK: compare its <c>AggregatorStore</c>, <c>MetricPoint</c>, <c>MetricState</c> and
/// <c>MeterProviderSdk</c> with this folder, then change <see cref="Version"/>. See docs/decisions/2026-11-24-histograms-in-bulk.md.
/// </remarks>
internal sealed class SdkMembers
{
    /// <summary>The version of the SDK whose members these are.</summary>
    public const string Version = "1.20.1";

    private SdkMembers()
    {
        var provider = TypeOf("OpenTelemetry.Metrics.MeterProviderSdk");
        ProviderType = provider;
        ProviderListener = Accessor.Field(provider, "listener", typeof(MeterListener));
        OnCollect = Accessor.Field(provider, "OnCollectObservableInstruments", typeof(Action));
        StateType = TypeOf("OpenTelemetry.Metrics.MetricState");
        RecordDouble = Accessor.Field(StateType, "RecordMeasurementDouble", typeof(Delegate));
        Store = Accessor.Field(typeof(Metric), "AggregatorStore");
        var store = Store.FieldType;
        Points = Accessor.Field(store, "metricPoints", typeof(MetricPoint[]));
        Lookup = Accessor.Field(store, "lookupAggregatorStore", typeof(Func<KeyValuePair<string, object?>[], int, int>));
        Bounds = Accessor.Property(store, "HistogramBounds");
        SelectedTags = [Accessor.Field(store, "TagKeysInteresting"), Accessor.Field(store, "ExcludedTagKeys")];
        ExemplarFilter = Accessor.Field(store, "exemplarFilter", typeof(ExemplarFilterType));
        CreateOverflow = Accessor.Method(store, "InitializeOverflowTagPointIfNotInitialized");
        Start = Accessor.Property(store, "StartTimeExclusive");
        End = Accessor.Property(store, "EndTimeInclusive");
        if (Start.SetMethod is null)
        {
            throw new MissingMethodException(store.FullName, Start.Name);
        }

        Point = new PointMembers();
    }

    /// <summary>The members; null if this process has another version of the SDK, or one of them is not there.</summary>
    public static SdkMembers? Found { get; } = Find();

    public Type ProviderType { get; }

    public FieldInfo ProviderListener { get; }

    /// <summary>Called each time that a reader of the provider collects, after the observable instruments were read.</summary>
    public FieldInfo OnCollect { get; }

    public Type StateType { get; }

    public FieldInfo RecordDouble { get; }

    public FieldInfo Store { get; }

    public FieldInfo Points { get; }

    /// <summary>Finds or creates the point of a series; its result is negative if the metric has too many series.</summary>
    public FieldInfo Lookup { get; }

    public PropertyInfo Bounds { get; }

    /// <summary>The tag keys that a view selects or leaves out.</summary>
    public FieldInfo[] SelectedTags { get; }

    public FieldInfo ExemplarFilter { get; }

    public MethodInfo CreateOverflow { get; }

    public PropertyInfo Start { get; }

    public PropertyInfo End { get; }

    public PointMembers Point { get; }

    private static Type TypeOf(string name) => typeof(Metric).Assembly.GetType(name) ?? throw new TypeLoadException(name);

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Without these members the public API is used.")]
    private static SdkMembers? Find()
    {
        try
        {
            var version = typeof(Metric).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
            return version?.Split('+')[0] == Version ? new SdkMembers() : null;
        }
        catch (Exception)
        {
            return null;
        }
    }
}
