using System.Text.Json;
using System.Text.Json.Serialization;

namespace Choir.Contracts;

/// <summary>How the contracts look as JSON, over HTTP as in messages and in Postgres.</summary>
public static class ContractJson
{
    /// <summary>
    /// Names and enum values in camel case; a missing constructor parameter or a null where none is allowed is an error.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Applies these conventions to options that somebody else owns.</summary>
    /// <param name="options">The options to change.</param>
    public static void Apply(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = true;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Apply(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
