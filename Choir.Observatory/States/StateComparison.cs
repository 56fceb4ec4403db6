using System.Text.Json;
using Choir.Redaction;

namespace Choir.Observatory.States;

/// <summary>Compares two states of an actor value by value.</summary>
internal sealed class StateComparison
{
    /// <summary>The most differences of one comparison.</summary>
    public const int MaxDifferences = 100;

    private const int MaxText = 300;
    private const int MaxPath = 300;

    private readonly List<StateDifference> _found = [];

    private StateComparison()
    {
    }

    /// <summary>The values that were added, removed or changed.</summary>
    /// <param name="before">The earlier state.</param>
    /// <param name="after">The later state.</param>
    /// <returns>The differences, and whether there are more.</returns>
    public static (IReadOnlyList<StateDifference> Differences, bool IsCut) Of(JsonElement before, JsonElement after)
    {
        var comparison = new StateComparison();
        comparison.Compare("", before, after);
        return comparison._found.Count > MaxDifferences ? (comparison._found[..MaxDifferences], true) : (comparison._found, false);
    }

    private bool IsFull => _found.Count > MaxDifferences;

    private void Compare(string path, JsonElement before, JsonElement after)
    {
        if (IsFull || JsonElement.DeepEquals(before, after))
        {
            return;
        }

        if (before.ValueKind == JsonValueKind.Object && after.ValueKind == JsonValueKind.Object)
        {
            CompareObjects(path, before, after);
        }
        else if (before.ValueKind == JsonValueKind.Array && after.ValueKind == JsonValueKind.Array)
        {
            CompareArrays(path, before, after);
        }
        else
        {
            Add(path, before, after);
        }
    }

    private void CompareObjects(string path, JsonElement before, JsonElement after)
    {
        var later = Properties(after);
        foreach (var (name, value) in Properties(before))
        {
            if (later.Remove(name, out var next))
            {
                Compare(Child(path, name), value, next);
            }
            else
            {
                Add(Child(path, name), value, null);
            }
        }

        foreach (var (name, value) in later)
        {
            Add(Child(path, name), null, value);
        }
    }

    // Entries are mostly added or removed at one place: what is the same before and after it is left out.
    private void CompareArrays(string path, JsonElement before, JsonElement after)
    {
        JsonElement[] earlier = [.. before.EnumerateArray()], later = [.. after.EnumerateArray()];
        var shorter = Math.Min(earlier.Length, later.Length);
        var same = 0;
        while (same < shorter && JsonElement.DeepEquals(earlier[same], later[same]))
        {
            same++;
        }

        var sameAtEnd = 0;
        while (sameAtEnd < shorter - same && JsonElement.DeepEquals(earlier[^(sameAtEnd + 1)], later[^(sameAtEnd + 1)]))
        {
            sameAtEnd++;
        }

        for (var index = same; index < Math.Max(earlier.Length, later.Length) - sameAtEnd && !IsFull; index++)
        {
            var place = $"{path}[{index}]";
            if (index >= earlier.Length - sameAtEnd)
            {
                Add(place, null, later[index]);
            }
            else if (index >= later.Length - sameAtEnd)
            {
                Add(place, earlier[index], null);
            }
            else
            {
                Compare(place, earlier[index], later[index]);
            }
        }
    }

    private void Add(string path, JsonElement? before, JsonElement? after)
    {
        if (!IsFull)
        {
            _found.Add(new StateDifference(TextCut.Shorten(path, MaxPath), Text(before), Text(after)));
        }
    }

    // JSON may have a name twice: the last one counts.
    private static Dictionary<string, JsonElement> Properties(JsonElement value)
    {
        var properties = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            properties[property.Name] = property.Value;
        }

        return properties;
    }

    private static string Child(string path, string name) =>
        name.Length > 0 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-') ? path.Length == 0 ? name : $"{path}.{name}"
        : $"{path}[{JsonSerializer.Serialize(name)}]";

    private static string? Text(JsonElement? value) => value is { } known ? TextCut.Shorten(known.GetRawText(), MaxText) : null;
}
