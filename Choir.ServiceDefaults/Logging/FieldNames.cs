using System.Collections.Concurrent;
using System.Text.Json;

namespace Choir.ServiceDefaults.Logging;

/// <summary>Turns the placeholders of log messages into snake case, once each.</summary>
internal static class FieldNames
{
    /// <summary>The trace in which a record is written.</summary>
    public const string TraceId = "trace_id";

    /// <summary>The span in which a record is written.</summary>
    public const string SpanId = "span_id";

    // Names come from code, but nothing stops a library from making them up: beyond this many they are not kept.
    private const int MaxKept = 4_096;

    private static readonly ConcurrentDictionary<string, string> Kept = new(StringComparer.Ordinal);

    public static string Of(string name)
    {
        if (Kept.TryGetValue(name, out var known))
        {
            return known;
        }

        var converted = JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
        if (Kept.Count < MaxKept)
        {
            Kept.TryAdd(name, converted);
        }

        return converted;
    }
}
