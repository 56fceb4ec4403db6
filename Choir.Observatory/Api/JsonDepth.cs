using System.Runtime.InteropServices;
using System.Text.Json;

namespace Choir.Observatory.Api;

/// <summary>How deep JSON is nested.</summary>
internal static class JsonDepth
{
    /// <summary>
    /// The most levels of a value that stands inside of an answer or of a request. .NET reads and writes 64 levels by default, those around the value included.
    /// </summary>
    public const int Max = 56;

    /// <summary>Whether a value has more levels than <see cref="Max"/>.</summary>
    public static bool IsTooDeep(JsonElement value)
    {
        // Most have fewer brackets than that.
        var json = JsonMarshal.GetRawUtf8Value(value);
        return json.Count((byte)'{') + json.Count((byte)'[') > Max && Exceeds(value, Max);
    }

    private static bool Exceeds(JsonElement value, int levels) => value.ValueKind switch
    {
        JsonValueKind.Array => levels == 0 || value.EnumerateArray().Any(item => Exceeds(item, levels - 1)),
        JsonValueKind.Object => levels == 0 || value.EnumerateObject().Any(member => Exceeds(member.Value, levels - 1)),
        _ => false,
    };
}
