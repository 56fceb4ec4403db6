using System.Collections.Concurrent;
using System.Text.Json;

namespace Choir.ServiceDefaults.Logging;

/// <summary>Converts placeholder names of log messages to snake case, cached.</summary>
internal static class FieldNames
{
    public const string TraceId = "trace_id";
    public const string SpanId = "span_id";

    // Limits the cache in case a library generates names.
    private const int MaxCached = 4_096;

    private static readonly ConcurrentDictionary<string, string> Cached = new(StringComparer.Ordinal);

    public static string Of(string name)
    {
        if (Cached.TryGetValue(name, out var known))
        {
            return known;
        }

        var converted = JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
        if (Cached.Count < MaxCached)
        {
            Cached.TryAdd(name, converted);
        }

        return converted;
    }
}
