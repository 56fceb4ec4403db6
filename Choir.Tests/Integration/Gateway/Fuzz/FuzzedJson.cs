using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Choir.Tests.Integration.Gateway.Fuzz;

/// <summary>Bodies that are nearly the example of an operation.</summary>
internal static class FuzzedJson
{
    // Each replaces a value: other types, limits of numbers, odd texts and dates, broken tokens.
    private static readonly string[] OddValues =
    [
        "null", "true", "[]", "{}", "[null]", "[{}]", "{\"a\":null}", "0", "-0", "-1", "1e400", "-1e400", "1E-400", "0.1e1", "12345678901234567890123",
        "NaN", "Infinity", "01", "+1", ".5", "0x10", "\"\"", "\" \\t\\n\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\uffff\"", "\"\u202e\"",
        "\"9999-99-99T99:99:99Z\"", "\"0001-01-01T00:00:00+14:00\"", "\"9999-12-31T23:59:59-14:00\"", "\"not json", "\"\\x\"", "'a'", "\"\n\"",
        "\"firing\"", "\"resolved\"", "\"PING\"", "\"INCREMENT\"", "\"READ\"", "\"THROW\"", "{\"by\":1}", "{\"by\":2147483648}", "{\"by\":\"1\"}",
        "{\"by\":1,\"by\":2}", "{\"constructor\":{\"prototype\":1},\"__proto__\":{}}", "/*comment*/1", "[1,]",
    ];

    public static byte[] Body(Dice dice, string example)
    {
        var text = dice.Below(10) switch
        {
            < 4 => example,
            < 8 => Replaced(dice, example),
            8 => Odd(dice, example),
            _ => Broken(dice, example),
        };
        var encoding = dice.Happens(0.95) ? Encoding.UTF8 : dice.One<Encoding>(Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32, Encoding.Latin1);
        byte[] start = dice.Happens(0.03) ? encoding.GetPreamble() : [];
        return [.. start, .. encoding.GetBytes(text)];
    }

    // One property anywhere is replaced, removed or doubled.
    private static string Replaced(Dice dice, string example)
    {
        var root = JsonNode.Parse(example)!;
        var objects = Objects(root).Where(one => one.Count > 0).ToList();
        var chosen = objects[dice.Below(objects.Count)];
        var name = chosen.ElementAt(dice.Below(chosen.Count)).Key;
        const string Mark = "\"the replaced value\"";
        switch (dice.Below(6))
        {
            case 0:
                chosen.Remove(name);
                return root.ToJsonString();
            case 1:
                chosen[name.ToUpperInvariant() + "x"] = 1;
                return root.ToJsonString();
            case 2:
                chosen[name] = JsonNode.Parse(Mark);
                return root.ToJsonString().Replace(Mark, $"1,{JsonSerializer.Serialize(name)}:{dice.One(OddValues)}", StringComparison.Ordinal);
            default:
                chosen[name] = JsonNode.Parse(Mark);
                return root.ToJsonString().Replace(
                    Mark, dice.Happens(0.9) ? dice.One(OddValues) : Large(dice), StringComparison.Ordinal);
        }
    }

    private static string Odd(Dice dice, string example) => dice.Below(5) switch
    {
        0 => dice.One(OddValues),
        1 => "",
        2 => $"[{example}]",
        3 => example + example,
        _ => new string(' ', dice.Below(100_000)) + example,
    };

    private static string Broken(Dice dice, string example) => dice.Below(3) switch
    {
        0 => example[..dice.Below(example.Length)],
        1 => example.Insert(dice.Below(example.Length), dice.One("\0", "\"", "{", "}", ",", "\\", "\uFFFD", "//")),
        _ => Encoding.Latin1.GetString(dice.Bytes(dice.Below(2_000))),
    };

    private static string Large(Dice dice) => dice.Below(4) switch
    {
        0 => $"\"{new string('x', dice.One(1_000, 70_000, 1_100_000))}\"",
        1 => new string('[', 5_000) + new string(']', 5_000),
        2 => string.Concat(Enumerable.Repeat("{\"a\":", 60)) + "1" + new string('}', 60),
        _ => "[" + string.Join(',', Enumerable.Repeat("1", 50_000)) + "]",
    };

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject one => Objects(one),
        JsonArray list => list.SelectMany(Objects),
        _ => [],
    };

    private static IEnumerable<JsonObject> Objects(JsonObject one) => one.SelectMany(member => Objects(member.Value)).Prepend(one);
}
