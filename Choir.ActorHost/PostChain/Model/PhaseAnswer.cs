using System.Text;
using System.Text.Json;
using Choir.ActorHost.PostChain.Model.Endpoint;
using Choir.Actors;
using Choir.Contracts.Threads;
using Choir.ServiceDefaults;

namespace Choir.ActorHost.PostChain.Model;

/// <summary>Reads a model's answer to a task. What cannot be used is left out, so that one mistake does not cost the rest.</summary>
internal static class PhaseAnswer
{
    /// <summary>The maximum length of the metadata of one operation, as JSON.</summary>
    private const int MaxMetadata = 4_000;

    // Nobody means more. What is stored must fit into the answers that show it.
    private const int MaxMetadataDepth = 16;

    /// <summary>The output and the operations of an answer. An answer that is not JSON becomes the output, without thoughts before it.</summary>
    /// <exception cref="ModelAnswerException">It is JSON whose output ends too early, or it has only thoughts: the model has reached a limit.</exception>
    public static PhaseResult Read(string answer)
    {
        var said = Thoughts.Remove(answer);
        var json = said;
        if (json.StartsWith("```", StringComparison.Ordinal))
        {
            json = json[(json.IndexOf('\n') + 1)..].TrimEnd("`\n\r ");
        }

        var clean = JsonNesting.Limit(JsonText.Clean(json.ToString()));
        try
        {
            var draft = JsonSerializer.Deserialize<Draft>(clean, ActorJson.Options);
            if (draft?.Output is { } output)
            {
                return new PhaseResult(output, [.. Operations(draft.Operations)], draft.Again is { ValueKind: JsonValueKind.True });
            }
        }
        catch (JsonException exception) when (clean.StartsWith('{') && clean.Contains("\"output\"", StringComparison.OrdinalIgnoreCase))
        {
            return new PhaseResult(CompleteOutput(clean) ?? throw new ModelAnswerException("its JSON is cut off or invalid", exception));
        }
        catch (JsonException)
        {
            // Text.
        }

        return new PhaseResult(PlainText.Clean(said.ToString()));
    }

    /// <summary>The output of JSON that becomes invalid after it; null if the output itself is not complete.</summary>
    private static string? CompleteOutput(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json), isFinalBlock: false, state: default);
        try
        {
            while (reader.Read())
            {
                if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 }
                    && string.Equals(reader.GetString(), "output", StringComparison.OrdinalIgnoreCase)
                    && reader.Read() && reader.TokenType == JsonTokenType.String)
                {
                    return reader.GetString();
                }
            }
        }
        catch (JsonException)
        {
            // Before the output.
        }

        return null;
    }

    private static IEnumerable<ContextOperation> Operations(JsonElement? operations) =>
        operations is { ValueKind: JsonValueKind.Array } all ? all.EnumerateArray().Select(Operation).OfType<ContextOperation>() : [];

    private static ContextOperation? Operation(JsonElement element)
    {
        try
        {
            return element.Deserialize<DraftOperation>(ActorJson.Options) is { Operation: { } kind, Target: { } target } draft
                ? new ContextOperation(kind, target, draft.Data, Storable(draft.Metadata))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Dictionary<string, JsonElement>? Storable(Dictionary<string, JsonElement>? metadata)
    {
        if (metadata is null || metadata.Sum(entry => entry.Key.Length + entry.Value.GetRawText().Length) > MaxMetadata)
        {
            return null;
        }

        foreach (var entry in metadata.Where(entry => !IsStorable(entry.Value, MaxMetadataDepth)))
        {
            metadata.Remove(entry.Key);
        }

        return metadata;
    }

    /// <summary>Whether it is not nested too deeply, and all numbers are in the range of a double: Postgres refuses much larger ones.</summary>
    private static bool IsStorable(JsonElement value, int levels) => value.ValueKind switch
    {
        JsonValueKind.Number => value.TryGetDouble(out var number) && double.IsFinite(number),
        JsonValueKind.Array => levels > 0 && value.EnumerateArray().All(item => IsStorable(item, levels - 1)),
        JsonValueKind.Object => levels > 0 && value.EnumerateObject().All(member => IsStorable(member.Value, levels - 1)),
        _ => true,
    };

    /// <summary>An answer before it is checked.</summary>
    private sealed record Draft(string? Output = null, JsonElement? Operations = null, JsonElement? Again = null);

    /// <summary>An operation before it is checked.</summary>
    private sealed record DraftOperation(
        ContextOperationKind? Operation = null, string? Target = null, string? Data = null, Dictionary<string, JsonElement>? Metadata = null);
}
