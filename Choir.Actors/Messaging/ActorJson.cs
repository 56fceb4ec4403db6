using System.Text.Json;
using System.Text.Json.Serialization;
using Choir.Actors.State;

namespace Choir.Actors;

/// <summary>Serializes messages and replies as UTF-8 JSON in camel case, with enum values as names.</summary>
public static class ActorJson
{
    /// <summary>
    /// The options. A missing required parameter, a null for a non-nullable member or a wrong type is an error. Unknown
    /// members are ignored, so that newer senders can send to older actors.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>
    /// The options for stored states. Text with half a character (an unpaired surrogate) is an error: otherwise a replacement
    /// character would be stored in its place, and the state in memory would not be the stored one.
    /// </summary>
    public static JsonSerializerOptions StateOptions { get; } = CreateForStates();

    /// <summary>An empty JSON object; must not be changed.</summary>
    internal static byte[] Empty { get; } = "{}"u8.ToArray();

    /// <summary>Serializes a value.</summary>
    /// <param name="value">The value; null becomes an empty object.</param>
    /// <typeparam name="T">The type of the value.</typeparam>
    public static byte[] Serialize<T>(T value) =>
        value is null ? Empty : JsonSerializer.SerializeToUtf8Bytes(value, Options);

    /// <summary>Deserializes a value.</summary>
    /// <param name="data">The JSON.</param>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <exception cref="JsonException">The data is not valid JSON for the type, or is null.</exception>
    public static T Deserialize<T>(ReadOnlySpan<byte> data) =>
        JsonSerializer.Deserialize<T>(data, Options) ?? throw new JsonException("The data is null.");

    private static JsonSerializerOptions CreateForStates()
    {
        var options = new JsonSerializerOptions(Options);
        options.Converters.Add(new StrictTextConverter());
        options.MakeReadOnly();
        return options;
    }

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
