using System.Text.Json;
using System.Text.Json.Serialization;

namespace Choir.Contracts;

/// <summary>The JSON format of the contracts: over HTTP, in messages and in Postgres.</summary>
public static class ContractJson
{
    // Twice what .NET reads by default: values that were read alone stand inside of others here, as states and metadata do in answers.
    private const int MaxDepth = 128;

    /// <summary>
    /// Names and enum values in camel case; a missing constructor parameter and a null for a non-nullable one are errors.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Applies the same settings to other options.</summary>
    /// <param name="options">The options to change.</param>
    public static void Apply(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = true;
        options.MaxDepth = MaxDepth;
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
