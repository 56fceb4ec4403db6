using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace Choir.ServiceDefaults.Logging;

/// <summary>Writes the fields of one record, each name once.</summary>
internal sealed class LogRecordWriter
{
    private const string MessageTemplate = "{OriginalFormat}";

    private readonly Utf8JsonWriter json;
    private readonly HashSet<string> written = new(StringComparer.Ordinal);

    public LogRecordWriter(Utf8JsonWriter json)
    {
        this.json = json;
        json.WriteStartObject();
    }

    public void End() => json.WriteEndObject();

    public void Text(string name, string? value)
    {
        if (value is not null && written.Add(name))
            json.WriteString(name, Cut(value));
    }

    /// <summary>Writes the named values of a record's state or of a scope. Anything without names is left out.</summary>
    public void Fields(object? state)
    {
        if (state is not IEnumerable<KeyValuePair<string, object?>> fields)
            return;

        foreach (var (key, value) in fields)
        {
            if (key is null or MessageTemplate || value is null)
                continue;

            var name = FieldNames.Of(key);
            if (written.Add(name))
                Value(name, value);
        }
    }

    private void Value(string name, object value)
    {
        json.WritePropertyName(name);
        switch (value)
        {
            case bool flag: json.WriteBooleanValue(flag); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
            case decimal number: json.WriteNumberValue(number); break;
            case string text: json.WriteStringValue(Cut(text)); break;
            case DateTimeOffset at: json.WriteStringValue(at); break;
            case TimeSpan duration: json.WriteStringValue(duration.ToString("c", CultureInfo.InvariantCulture)); break;
            case IEnumerable items: json.WriteStringValue(Cut(string.Join(", ", items.Cast<object?>()))); break;
            default:
                json.WriteStringValue(Cut(Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty));
                break;
        }
    }

    private static string Cut(string value) =>
        value.Length <= JsonLogFormatter.MaxValueLength
            ? value
            : string.Concat(value.AsSpan(0, JsonLogFormatter.MaxValueLength), "…");
}
