using System.Text.Json;

namespace Choir.Tests.Integration.Gateway.Fuzz;

/// <summary>An operation of the OpenAPI document.</summary>
/// <param name="Method">The method, in upper case.</param>
/// <param name="Path">The path with its parameters in braces.</param>
/// <param name="Parameters">The parameters: where they are (path, query or header), and their names.</param>
/// <param name="BodyExample">The example of the body; null if the operation has none.</param>
internal sealed record ApiOperation(string Method, string Path, IReadOnlyList<(string In, string Name)> Parameters, string? BodyExample)
{
    public static IReadOnlyList<ApiOperation> ReadAll(JsonElement openApi) =>
    [
        .. from path in openApi.GetProperty("paths").EnumerateObject()
           from operation in path.Value.EnumerateObject()
           select new ApiOperation(operation.Name.ToUpperInvariant(), path.Name, ReadParameters(operation.Value), Example(operation)),
    ];

    private static List<(string In, string Name)> ReadParameters(JsonElement operation) =>
        operation.TryGetProperty("parameters", out var parameters)
            ? [.. parameters.EnumerateArray().Select(one => (one.GetProperty("in").GetString()!, one.GetProperty("name").GetString()!))]
            : [];

    private static string? Example(JsonProperty operation)
    {
        if (!operation.Value.TryGetProperty("requestBody", out var body))
        {
            return null;
        }

        Assert.True(
            body.GetProperty("content").GetProperty("application/json").TryGetProperty("example", out var example),
            $"The body of {operation.Value.GetProperty("operationId")} has no example.");
        return example.GetRawText();
    }
}
