using System.Text.Json;
using Choir.LoadTest.Costs.Reading;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Costs;

/// <summary>Writes the stacks of a process for https://www.speedscope.app: one profile for everything, and one for each actor type.</summary>
/// <remarks>
/// Equal stacks are added up. The outermost frames are the actor type and the message type, so that the flame graph shows first what
/// each costs. The writer of TraceEvent makes a profile of each thread instead, on which all turns are mixed.
/// </remarks>
internal static class SpeedscopeFile
{
    private const string Schema = "https://www.speedscope.app/file-format-schema.json";
    private const int MaxStacks = 50_000;

    /// <summary>Writes the file.</summary>
    /// <param name="name">The name that speedscope shows.</param>
    /// <param name="stacks">The stacks, each with its CPU time; the largest are kept if there are very many.</param>
    /// <param name="output">Receives the JSON.</param>
    public static void Write(
        string name, IEnumerable<(KindName Kind, IReadOnlyList<string> Frames, double Seconds)> stacks, Stream output)
    {
        var largest = stacks.Where(stack => stack.Seconds > 0).OrderByDescending(stack => stack.Seconds).Take(MaxStacks).ToList();
        var frames = new FrameList();
        var all = largest.ConvertAll(stack => (stack.Kind, Frames: frames.NumbersOf(stack.Kind, stack.Frames), stack.Seconds));
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("$schema", Schema);
        json.WriteString("exporter", "Choir.LoadTest");
        json.WriteString("name", name);
        json.WriteNumber("activeProfileIndex", 0);
        json.WriteStartObject("shared");
        json.WriteStartArray("frames");
        foreach (var frame in frames.Names)
        {
            json.WriteStartObject();
            json.WriteString("name", frame);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("profiles");
        WriteProfile(json, $"everything in {name}", [.. all.Select(stack => (stack.Frames, stack.Seconds))]);
        foreach (var type in all.GroupBy(stack => stack.Kind.ActorType).OrderByDescending(type => type.Sum(stack => stack.Seconds)))
        {
            WriteProfile(json, type.Key, [.. type.Select(stack => (stack.Frames, stack.Seconds))]);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteProfile(Utf8JsonWriter json, string name, List<(int[] Frames, double Seconds)> stacks)
    {
        json.WriteStartObject();
        json.WriteString("type", "sampled");
        json.WriteString("name", name);
        json.WriteString("unit", "seconds");
        json.WriteNumber("startValue", 0);
        json.WriteNumber("endValue", stacks.Sum(stack => stack.Seconds));
        json.WriteStartArray("samples");
        foreach (var (frames, _) in stacks)
        {
            json.WriteStartArray();
            Array.ForEach(frames, json.WriteNumberValue);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("weights");
        stacks.ForEach(stack => json.WriteNumberValue(stack.Seconds));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private sealed class FrameList
    {
        private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

        public List<string> Names { get; } = [];

        public int[] NumbersOf(KindName kind, IReadOnlyList<string> frames)
        {
            string[] outer = kind.ActorType == ActorTypeCost.Outside || kind.MessageType.Length == 0
                ? [kind.ActorType]
                : [kind.ActorType, kind.MessageType];
            return [.. outer.Concat(frames).Select(NumberOf)];
        }

        private int NumberOf(string name)
        {
            if (!_numbers.TryGetValue(name, out var number))
            {
                _numbers.Add(name, number = Names.Count);
                Names.Add(name);
            }

            return number;
        }
    }
}
