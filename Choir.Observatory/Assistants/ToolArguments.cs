using System.Globalization;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Choir.Observatory.Assistants;

/// <summary>
/// Checks the arguments of a call against the tool's schema. The protocol's library ignores unknown ones, which would answer another question,
/// and does not name what is missing or wrong.
/// </summary>
internal static class ToolArguments
{
    private const int MaxName = 64;

    /// <summary>A filter that answers a wrong call with a sentence.</summary>
    public static McpRequestHandler<CallToolRequestParams, CallToolResult> Checked(McpRequestHandler<CallToolRequestParams, CallToolResult> next) => (context, cancellationToken) =>
        context is { MatchedPrimitive: McpServerTool tool, Params: { } call } && Problem(tool.ProtocolTool.InputSchema, call) is { } problem
            ? ValueTask.FromResult(new CallToolResult { IsError = true, Content = [new TextContentBlock { Text = problem }] })
            : next(context, cancellationToken);

    private static string? Problem(JsonElement schema, CallToolRequestParams call)
    {
        string[] known = schema.TryGetProperty("properties", out var properties) ? [.. properties.EnumerateObject().Select(one => one.Name)] : [];
        if (call.Arguments is { } given)
        {
            if (given.Keys.FirstOrDefault(name => !known.Contains(name, StringComparer.Ordinal)) is { } unknown)
            {
                return $"There is no argument {Shorten(unknown)}. {(known.Length == 0 ? "This tool takes none." : $"The arguments are: {string.Join(", ", known)}.")}";
            }

            // Null means the same as nothing.
            foreach (var name in given.Where(one => one.Value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined).Select(one => one.Key).ToArray())
            {
                given.Remove(name);
            }
        }

        if (schema.TryGetProperty("required", out var required)
            && required.EnumerateArray().Select(one => one.GetString()!).FirstOrDefault(name => call.Arguments?.ContainsKey(name) != true) is { } missing)
        {
            return $"The argument {missing} is missing. The arguments are: {string.Join(", ", known)}.";
        }

        foreach (var (name, value) in call.Arguments ?? new Dictionary<string, JsonElement>())
        {
            if (Wanted(properties.GetProperty(name), value) is { } wanted)
            {
                return $"The argument {name} must be {wanted}.";
            }
        }

        return null;
    }

    // What the value must be, if it is something else. What the schema says otherwise is left to the tool.
    private static string? Wanted(JsonElement schema, JsonElement value)
    {
        if (schema.TryGetProperty("enum", out var values))
        {
            string[] names = [.. values.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)];
            return value.ValueKind == JsonValueKind.String && names.Contains(value.GetString(), StringComparer.OrdinalIgnoreCase) ? null : $"one of {string.Join(", ", names)}";
        }

        if (!schema.TryGetProperty("type", out var type))
        {
            return null;
        }

        string?[] types = type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(one => one.GetString())] : [type.GetString()];

        // Numbers may be written as text.
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        return types.Contains("integer") ? int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? null : "a whole number"
            : types.Contains("number") ? double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? null : "a number"
            : types.Contains("boolean") ? value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "true or false"
            : types.Contains("string") ? value.ValueKind == JsonValueKind.String ? null : "a text"
            : null;
    }

    private static string Shorten(string name) => new([.. name.Take(MaxName).Select(one => char.IsControl(one) || char.IsSurrogate(one) ? '?' : one)]);
}
