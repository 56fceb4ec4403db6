using System.Buffers.Binary;
using System.Diagnostics;
using Orleans;

namespace Choir.Actors;

/// <summary>
/// The W3C trace context of a message, in 25 bytes: trace id, span id and flags.
/// See <see href="https://www.w3.org/TR/trace-context/"/>. Every message has one, sampled or not.
/// </summary>
[GenerateSerializer, Immutable, Alias("Choir.Actors.TraceContext")]
public readonly record struct TraceContext
{
    private TraceContext(ulong traceIdHigh, ulong traceIdLow, ulong spanId, byte flags)
    {
        TraceIdHigh = traceIdHigh;
        TraceIdLow = traceIdLow;
        SpanIdBits = spanId;
        Flags = flags;
    }

    [Id(0)]
    internal ulong TraceIdHigh { get; init; }

    [Id(1)]
    internal ulong TraceIdLow { get; init; }

    [Id(2)]
    internal ulong SpanIdBits { get; init; }

    /// <summary>The W3C flags; bit 0 means sampled.</summary>
    [Id(3)]
    public byte Flags { get; init; }

    /// <summary>True if there is no trace.</summary>
    public bool IsNone => (TraceIdHigh | TraceIdLow) == 0;

    /// <summary>The context of an activity.</summary>
    /// <param name="activity">The activity; null gives an empty context.</param>
    public static TraceContext From(Activity? activity) =>
        activity is { IdFormat: ActivityIdFormat.W3C } ? From(activity.Context) : default;

    /// <summary>The context of a span.</summary>
    /// <param name="context">The ids and flags of the span.</param>
    public static TraceContext From(in ActivityContext context)
    {
        Span<byte> bytes = stackalloc byte[24];
        context.TraceId.CopyTo(bytes[..16]);
        context.SpanId.CopyTo(bytes[16..]);
        return new TraceContext(
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
            (byte)context.TraceFlags);
    }

    /// <summary>Parses a <c>traceparent</c>, such as one stored with work that is resumed.</summary>
    /// <param name="traceParent">Version 00 of the W3C form; anything else gives an empty context.</param>
    public static TraceContext Parse(string? traceParent) =>
        ActivityContext.TryParse(traceParent, null, isRemote: true, out var context) ? From(context) : default;

    /// <summary>Whether both contexts have the same trace id.</summary>
    /// <param name="other">The other context.</param>
    internal bool IsOfTrace(in TraceContext other) =>
        !IsNone && TraceIdHigh == other.TraceIdHigh && TraceIdLow == other.TraceIdLow;

    /// <summary>Whether the trace is sampled.</summary>
    public bool IsSampled => (Flags & (byte)ActivityTraceFlags.Recorded) != 0;

    /// <summary>The context as an <see cref="ActivityContext"/>, marked as remote.</summary>
    public ActivityContext ToActivityContext()
    {
        if (IsNone)
        {
            return default;
        }

        Span<byte> bytes = stackalloc byte[24];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, TraceIdHigh);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], TraceIdLow);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], SpanIdBits);
        return new ActivityContext(
            ActivityTraceId.CreateFromBytes(bytes[..16]),
            ActivitySpanId.CreateFromBytes(bytes[16..]),
            (ActivityTraceFlags)Flags,
            isRemote: true);
    }

    /// <summary>The trace alone, for what has no span as its cause.</summary>
    internal TraceContext WithoutSpan() => this with { SpanIdBits = 0 };

    /// <summary>The same trace and span, not sampled.</summary>
    internal TraceContext WithoutFlags() => this with { Flags = 0 };

    /// <summary>The trace id as the correlation id of work that has no other.</summary>
    internal Guid ToCorrelationId()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, TraceIdHigh);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], TraceIdLow);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>An unsampled context: its ids appear in logs and replies.</summary>
    /// <param name="correlationId">Becomes the trace id, so that a conversation has one trace id.</param>
    /// <param name="messageId">Its last 64 bits become the span id.</param>
    internal static TraceContext Unsampled(Guid correlationId, Guid messageId)
    {
        Span<byte> bytes = stackalloc byte[32];
        correlationId.TryWriteBytes(bytes, bigEndian: true, out _);
        messageId.TryWriteBytes(bytes[16..], bigEndian: true, out _);
        return new TraceContext(
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]),
            flags: 0);
    }

    /// <summary>The trace id: 32 lower-case hexadecimal digits, or null if there is no trace.</summary>
    public string? TraceId => IsNone ? null : $"{TraceIdHigh:x16}{TraceIdLow:x16}";

    /// <summary>The span id: 16 lower-case hexadecimal digits, or null if there is no span.</summary>
    public string? SpanId => IsNone || SpanIdBits == 0 ? null : $"{SpanIdBits:x16}";

    /// <summary>The <c>traceparent</c>, or null if there is no trace.</summary>
    public string? ToTraceParent() => IsNone ? null : $"00-{TraceId}-{SpanIdBits:x16}-{Flags:x2}";
}
