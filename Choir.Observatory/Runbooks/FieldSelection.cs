using System.Text.Json.Nodes;

namespace Choir.Observatory.Runbooks;

/// <summary>Selects the fields of an answer that a runbook names.</summary>
internal static class FieldSelection
{
    // What an element of a list is, so that the fields of several can be told apart.
    private static readonly string[] Identities =
        ["type", "id", "name", "host", "sourceType", "actorType", "actorId", "messageType", "component"];

    /// <summary>The answer with the named fields, and what tells elements of lists apart; the whole answer if it has none of them.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="fields">Names, or names with dots between them; what is before the last dot must match too.</param>
    public static JsonNode? Select(JsonNode? answer, IReadOnlyList<string> fields) =>
        fields.Count == 0 ? answer : Keep(answer, fields.Select(field => field.Split('.')).ToArray(), []) ?? answer;

    private static JsonNode? Keep(JsonNode? node, string[][] fields, string[] path) => node switch
    {
        JsonObject obj => KeepOf(obj, fields, path),
        JsonArray array => array.Select(element => Keep(element, fields, path)).OfType<JsonNode>().ToArray() is { Length: > 0 } kept ? new JsonArray(kept) : null,
        _ => null,
    };

    private static JsonObject? KeepOf(JsonObject obj, string[][] fields, string[] path)
    {
        var kept = new JsonObject();
        foreach (var (name, value) in obj)
        {
            string[] at = [.. path, name];
            if (fields.Any(field => at.Length >= field.Length && at.AsSpan(at.Length - field.Length).SequenceEqual(field)))
            {
                kept[name] = value?.DeepClone();
            }
            else if (Keep(value, fields, at) is { } part)
            {
                kept[name] = part;
            }
        }

        if (kept.Count == 0)
        {
            return null;
        }

        var identified = new JsonObject(Identities.Where(name => obj[name] is JsonValue && !kept.ContainsKey(name))
            .Select(name => KeyValuePair.Create(name, obj[name]?.DeepClone())));
        foreach (var (name, value) in kept.ToArray())
        {
            kept.Remove(name);
            identified[name] = value;
        }

        return identified;
    }
}
