using System.Reflection.Emit;
using OpenTelemetry.Metrics;

namespace Choir.Observability;

/// <summary>Generated access to the private fields of a histogram's <see cref="MetricPoint"/>.</summary>
internal sealed class PointMembers
{
    public PointMembers()
    {
        var point = typeof(MetricPoint);
        var buckets = typeof(HistogramBuckets);
        var components = Accessor.Field(point, "mpComponents");
        var count = Accessor.Field(point, "runningValue");
        var counts = Accessor.Field(buckets, "RunningBucketCounts", typeof(long[]));
        Count = Accessor.Emit<CountOf>(il =>
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldflda, count);
            il.Emit(OpCodes.Ldflda, Accessor.Field(count.FieldType, "AsLong", typeof(long)));
        });
        Counts = Accessor.Emit<CountsOf>(il =>
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, counts);
        });
        Buckets = Accessor.Emit<BucketsOf>(il =>
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, components);
            il.Emit(OpCodes.Ldfld, Accessor.Field(components.FieldType, "HistogramBuckets", buckets));
        });
        Sum = OfBuckets("RunningSum");
        Min = OfBuckets("RunningMin");
        Max = OfBuckets("RunningMax");
        Enter = OfComponents("AcquireLock");
        Leave = OfComponents("ReleaseLock");
        Complete = Accessor.Emit<Action>(il =>
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Call, Accessor.Method(point, "CompleteUpdate"));
        });

        ValueOf OfBuckets(string name) => Accessor.Emit<ValueOf>(il =>
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldflda, Accessor.Field(buckets, name, typeof(double)));
        });

        Action OfComponents(string name) => Accessor.Emit<Action>(il =>
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, components);
            il.Emit(OpCodes.Callvirt, Accessor.Method(components.FieldType, name));
        });
    }

    public delegate ref long CountOf(ref MetricPoint point);

    public delegate long[] CountsOf(HistogramBuckets buckets);

    public delegate ref double ValueOf(HistogramBuckets buckets);

    public delegate HistogramBuckets BucketsOf(ref MetricPoint point);

    public delegate void Action(ref MetricPoint point);

    public CountOf Count { get; }

    public CountsOf Counts { get; }

    public BucketsOf Buckets { get; }

    public ValueOf Sum { get; }

    public ValueOf Min { get; }

    public ValueOf Max { get; }

    /// <summary>Takes the lock of the point.</summary>
    public Action Enter { get; }

    /// <summary>Releases the lock of the point.</summary>
    public Action Leave { get; }

    /// <summary>Marks the point as changed, and releases what <see cref="SdkMembers.Lookup"/> has reserved.</summary>
    public Action Complete { get; }
}
