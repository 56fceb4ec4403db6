using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Choir.Observatory;

/// <summary>The JSON that assistants and runbooks show: the same as that of the inspection routes.</summary>
internal static class ObservatoryJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        // States and messages of 64 levels, which is what actors read, stand inside of answers.
        MaxDepth = 128,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };
}
