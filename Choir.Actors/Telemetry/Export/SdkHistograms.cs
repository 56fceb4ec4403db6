using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Reflection.Emit;
using OpenTelemetry.Metrics;

namespace Choir.Actors.Telemetry;

/// <summary>
/// Adds many values at once to a histogram of the OpenTelemetry SDK. The SDK takes one value per call, at 40 ns and 35 ns more
/// for each further reader, and .NET has no observable histogram; three of them would cost more than all other telemetry of a
/// message. So values are counted in plain fields and added here when a reader collects.
/// </summary>
/// <remarks>
/// The SDK has no public API for this, so private members are used; <see cref="TryCreate"/> checks that all are there. If not,
/// because the SDK has another version or a view changes the aggregation, values are recorded one by one through the public
/// API, which is correct but costs more. See docs/decisions/2026-11-24-histograms-in-bulk.md.
/// </remarks>
internal sealed class SdkHistograms
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Internals? Found = Internals.Find();

    private readonly MetricReader[] _readers;

    private SdkHistograms(MetricReader[] readers) => _readers = readers;

    private delegate ref long RunningCount(ref MetricPoint point);

    private delegate ref long RunningBucket(HistogramBuckets buckets, int index);

    private delegate ref double RunningValue(HistogramBuckets buckets);

    private delegate HistogramBuckets? BucketsOf(ref MetricPoint point);

    private delegate void Gate(ref MetricPoint point);

    /// <returns>Null if the members of this version of the SDK are not as expected.</returns>
    public static SdkHistograms? TryCreate(MeterProvider provider)
    {
        if (Found is null || provider.GetType().GetProperty("Reader", Any)?.GetValue(provider) is not MetricReader reader)
        {
            return null;
        }

        return new SdkHistograms([.. Flatten(reader)]);
    }

    /// <summary>Whether values of an instrument can be added: its aggregation is cumulative explicit buckets with these bounds.</summary>
    public bool Accepts(Instrument instrument, double[] bounds) =>
        MetricsOf(instrument).All(metric =>
            metric.MetricType == MetricType.Histogram
            && metric.Temporality == AggregationTemporality.Cumulative
            && Found!.Bounds(metric) is { } actual && actual.AsSpan().SequenceEqual(bounds));

    /// <summary>Adds values to a series in every reader.</summary>
    /// <param name="series">The series.</param>
    /// <param name="added">The counts of new values by bucket, then sum, minimum and maximum, as in <see cref="CellHistogram"/>.</param>
    /// <returns>False if a reader does not have the series yet; then nothing was added.</returns>
    public bool TryAdd(HistogramSeries series, ReadOnlySpan<long> added)
    {
        var metrics = MetricsOf(series.Instrument).ToList();
        var indexes = metrics.ConvertAll(metric => Find(metric, series));
        if (indexes.Contains(-1))
        {
            return false;
        }

        for (var i = 0; i < metrics.Count; i++)
        {
            Add(ref Found!.Points(metrics[i])[indexes[i]], added, series.Buckets);
        }

        return true;
    }

    /// <summary>Whether every reader has the series.</summary>
    public bool Knows(HistogramSeries series) => MetricsOf(series.Instrument).All(metric => Find(metric, series) >= 0);

    private static int Find(Metric metric, HistogramSeries series)
    {
        var points = Found!.Points(metric);
        if (series.Indexes.TryGetValue(metric, out var index) && HasTags(ref points[index], series.Tags))
        {
            return index;
        }

        for (index = 0; index < points.Length; index++)
        {
            if (HasTags(ref points[index], series.Tags))
            {
                return series.Indexes[metric] = index;
            }
        }

        return -1;
    }

    private static void Add(ref MetricPoint point, ReadOnlySpan<long> added, Buckets buckets)
    {
        var into = Found!.BucketsOf(ref point)!;
        var sum = buckets.Count;
        Found.Enter(ref point);
        long count = 0;
        for (var i = 0; i < sum; i++)
        {
            Found.Bucket(into, i) += added[i];
            count += added[i];
        }

        Found.Count(ref point) += count;
        Found.Sum(into) += added[sum] / buckets.Scale;
        if (added[sum + 1] != 0)
        {
            Found.Min(into) = Math.Min(Found.Min(into), (added[sum + 1] - 1) / buckets.Scale);
            Found.Max(into) = Math.Max(Found.Max(into), (added[sum + 2] - 1) / buckets.Scale);
        }

        Found.Leave(ref point);
    }

    private static bool HasTags(ref MetricPoint point, KeyValuePair<string, object?>[] tags)
    {
        if (Found!.BucketsOf(ref point) is null || point.Tags.Count != tags.Length)
        {
            return false;
        }

        foreach (var tag in point.Tags)
        {
            if (!Array.Exists(tags, known => known.Key == tag.Key && Equals(known.Value, tag.Value)))
            {
                return false;
            }
        }

        return true;
    }

    private IEnumerable<Metric> MetricsOf(Instrument instrument) =>
        _readers.SelectMany(Found!.Metrics).Where(metric => metric.Name == instrument.Name && metric.MeterName == instrument.Meter.Name);

    private static IEnumerable<MetricReader> Flatten(MetricReader reader)
    {
        if (reader.GetType().GetField("Head", Any)?.GetValue(reader) is not { } node)
        {
            yield return reader;
            yield break;
        }

        for (object? next = node; next is not null; next = Member(next, "Next"))
        {
            if (Member(next, "Value") is MetricReader inner)
            {
                yield return inner;
            }
        }

        static object? Member(object of, string name) =>
            of.GetType().GetField(name, Any) is { } field ? field.GetValue(of) : of.GetType().GetProperty(name, Any)?.GetValue(of);
    }

    /// <summary>Private members of the SDK.</summary>
    private sealed record Internals(
        FieldInfo ReaderMetrics, FieldInfo Store, FieldInfo StorePoints, PropertyInfo StoreBounds,
        RunningCount Count, RunningBucket Bucket, RunningValue Sum, RunningValue Min, RunningValue Max, BucketsOf BucketsOf,
        Gate Enter, Gate Leave)
    {
        public IEnumerable<Metric> Metrics(MetricReader reader) => ((Metric?[])ReaderMetrics.GetValue(reader)!).OfType<Metric>();

        public MetricPoint[] Points(Metric metric) => (MetricPoint[])StorePoints.GetValue(Store.GetValue(metric))!;

        public double[]? Bounds(Metric metric) => StoreBounds.GetValue(Store.GetValue(metric)) as double[];

        [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Without these members the public API is used.")]
        public static Internals? Find()
        {
            try
            {
                return Read();
            }
            catch (Exception)
            {
                return null;
            }
        }

        private static Internals Read()
        {
            var point = typeof(MetricPoint);
            var buckets = typeof(HistogramBuckets);
            var components = Field(point, "mpComponents");
            var store = Field(typeof(Metric), "AggregatorStore");
            var count = Field(point, "runningValue");
            return new Internals(
                Field(typeof(MetricReader), "metrics"),
                store,
                Field(store.FieldType, "metricPoints"),
                store.FieldType.GetProperty("HistogramBounds", Any)!,
                Emit<RunningCount>(il => { il.Emit(OpCodes.Ldarg_0); il.Emit(OpCodes.Ldflda, count); il.Emit(OpCodes.Ldflda, Field(count.FieldType, "AsLong")); }),
                Emit<RunningBucket>(il => EmitBucket(il, buckets)),
                OfBuckets("RunningSum"),
                OfBuckets("RunningMin"),
                OfBuckets("RunningMax"),
                Emit<BucketsOf>(il =>
                {
                    var none = il.DefineLabel();
                    il.Emit(OpCodes.Ldarg_0);
                    il.Emit(OpCodes.Ldfld, components);
                    il.Emit(OpCodes.Brfalse, none);
                    il.Emit(OpCodes.Ldarg_0);
                    il.Emit(OpCodes.Ldfld, components);
                    il.Emit(OpCodes.Ldfld, Field(components.FieldType, "HistogramBuckets"));
                    il.Emit(OpCodes.Ret);
                    il.MarkLabel(none);
                    il.Emit(OpCodes.Ldnull);
                }),
                OfGate("AcquireLock"),
                OfGate("ReleaseLock"));

            RunningValue OfBuckets(string name) =>
                Emit<RunningValue>(il => { il.Emit(OpCodes.Ldarg_0); il.Emit(OpCodes.Ldflda, Field(buckets, name)); });

            Gate OfGate(string name) => Emit<Gate>(il =>
            {
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldfld, components);
                il.Emit(OpCodes.Callvirt, components.FieldType.GetMethod(name, Any)!);
            });
        }

        // Up to 1.20 the counts are an array of numbers, later an array of structs.
        private static void EmitBucket(ILGenerator il, Type buckets)
        {
            var counts = buckets.GetField("RunningBucketCounts", Any) ?? Field(buckets, "BucketCounts");
            var element = counts.FieldType.GetElementType()!;
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, counts);
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldelema, element);
            if (element != typeof(long))
            {
                il.Emit(OpCodes.Ldflda, Field(element, "RunningValue"));
            }
        }

        private static FieldInfo Field(Type type, string name) =>
            type.GetField(name, Any) ?? throw new MissingFieldException(type.FullName, name);

        private static T Emit<T>(Action<ILGenerator> body)
            where T : Delegate
        {
            var invoke = typeof(T).GetMethod("Invoke")!;
            var method = new DynamicMethod(
                typeof(T).Name, invoke.ReturnType, [.. invoke.GetParameters().Select(parameter => parameter.ParameterType)],
                typeof(MetricPoint).Module, skipVisibility: true);
            var il = method.GetILGenerator();
            body(il);
            il.Emit(OpCodes.Ret);
            return method.CreateDelegate<T>();
        }
    }
}
