using System.Text.Json;

namespace Choir.Tests.Observability.Dashboards;

/// <summary>Returns the faults of a value, each as <c>path: fault</c>.</summary>
internal delegate IEnumerable<string> Shape(JsonElement value, string path);

internal sealed record Field(string Name, Shape Shape, bool Required = false);

/// <summary>The shapes of JSON values.</summary>
internal static class Shapes
{
    public static Shape Text { get; } = Of("a text", value => value.ValueKind == JsonValueKind.String);

    public static Shape Number { get; } = Of("a number", value => value.ValueKind == JsonValueKind.Number);

    public static Shape Count { get; } = Of("a whole number of at least 0", value => value.ValueKind == JsonValueKind.Number && value.TryGetUInt32(out _));

    public static Shape Flag { get; } = Of("true or false", value => value.ValueKind is JsonValueKind.True or JsonValueKind.False);

    public static Shape Nothing { get; } = Of("null", value => value.ValueKind == JsonValueKind.Null);

    public static Shape Anything { get; } = (_, _) => [];

    public static Shape OneOf(params string[] texts) =>
        Of($"one of {string.Join(", ", texts)}", value => value.ValueKind == JsonValueKind.String && texts.Contains(value.GetString()));

    public static Shape Between(int least, int most) =>
        Of($"a whole number from {least} to {most}", value => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most);

    public static Shape Any(params Shape[] shapes) => (value, path) =>
    {
        var faults = shapes.Select(shape => shape(value, path).ToList()).ToList();
        return faults.Any(found => found.Count == 0) ? [] : faults.MinBy(found => found.Count)!;
    };

    public static Shape ListOf(Shape item) => (value, path) => value.ValueKind == JsonValueKind.Array
        ? value.EnumerateArray().SelectMany((one, index) => item(one, $"{path}[{index}]"))
        : [$"{path}: is not a list"];

    public static Shape MapOf(Shape item) => (value, path) => value.ValueKind == JsonValueKind.Object
        ? value.EnumerateObject().SelectMany(one => item(one.Value, $"{path}.{one.Name}"))
        : [$"{path}: is not an object"];

    /// <summary>An object with only these fields.</summary>
    public static Shape Closed(params Field[] fields) => Object(fields, isOpen: false);

    /// <summary>An object with these fields and any others.</summary>
    public static Shape Open(params Field[] fields) => Object(fields, isOpen: true);

    private static Shape Object(Field[] fields, bool isOpen) => (value, path) =>
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return [$"{path}: is not an object"];
        }

        var known = fields.ToDictionary(field => field.Name);
        var faults = fields.Where(field => field.Required && !value.TryGetProperty(field.Name, out _)).Select(field => $"{path}: has no {field.Name}").ToList();
        foreach (var one in value.EnumerateObject())
        {
            if (known.TryGetValue(one.Name, out var field))
            {
                faults.AddRange(field.Shape(one.Value, $"{path}.{one.Name}"));
            }
            else if (!isOpen)
            {
                faults.Add($"{path}: has {one.Name}, which is not known");
            }
        }

        return faults;
    };

    private static Shape Of(string what, Func<JsonElement, bool> isSo) => (value, path) => isSo(value) ? [] : [$"{path}: {value} is not {what}"];
}
