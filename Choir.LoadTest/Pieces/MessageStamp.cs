using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using Choir.Actors;

namespace Choir.LoadTest.Pieces;

/// <summary>What it takes to make a message, before anything is sent.</summary>
[MemoryDiagnoser]
public class MessageStamp
{
    private static readonly byte[] Data = "{}"u8.ToArray();

    /// <summary>The id of a message.</summary>
    [Benchmark]
    public Guid Id() => Guid.CreateVersion7();

    /// <summary>The wall clock, read once.</summary>
    [Benchmark]
    public long WallClock() => TimeProvider.System.GetUtcNow().UtcTicks;

    /// <summary>The monotonic clock, read once.</summary>
    [Benchmark]
    public long MonotonicClock() => TimeProvider.System.GetTimestamp();

    /// <summary>The trace context of a running activity.</summary>
    [Benchmark]
    public TraceContext Trace() => TraceContext.From(Context);

    /// <summary>A whole message, as Choir fills it in.</summary>
    [Benchmark(Baseline = true)]
    public ActorMessage Message()
    {
        var now = TimeProvider.System.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        return new ActorMessage
        {
            Id = id,
            Type = "PING",
            Data = Data,
            CorrelationId = id,
            TraceContext = TraceContext.From(Context),
            SentAtTicks = now.UtcTicks,
            SentTimestamp = TimeProvider.System.GetTimestamp(),
            SenderProcess = 1,
        };
    }

    private static readonly ActivityContext Context =
        new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
}
