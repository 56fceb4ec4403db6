using System.Text.Json;
using System.Text.Json.Serialization;

namespace Choir.Actors;

/// <summary>How messages and replies are written: UTF-8 JSON in camel case, enum values as names.</summary>
public static class ActorJson
{
    /// <summary>
    /// The options. A missing required parameter, a null where none is allowed or a wrong type is an error; unknown
    /// members are ignored, so that newer senders can talk to older actors.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>An empty JSON object. Never changed.</summary>
    internal static byte[] Empty { get; } = "{}"u8.ToArray();

    /// <summary>Writes a value as UTF-8 JSON.</summary>
    /// <param name="value">The value; null is written as an empty object.</param>
    /// <typeparam name="T">Its type.</typeparam>
    public static byte[] Serialize<T>(T value) =>
        value is null ? Empty : JsonSerializer.SerializeToUtf8Bytes(value, Options);

    /// <summary>Reads a value from UTF-8 JSON.</summary>
    /// <param name="data">The JSON.</param>
    /// <typeparam name="T">Its type.</typeparam>
    /// <exception cref="JsonException">It is no JSON, does not fit the type, or is null.</exception>
    public static T Deserialize<T>(ReadOnlySpan<byte> data) =>
        JsonSerializer.Deserialize<T>(data, Options) ?? throw new JsonException("The data is null.");

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            NumberHandling = JsonNumberHandling.Strict,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
