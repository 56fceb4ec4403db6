using System.Collections;
using System.Globalization;
using System.Text.Json;

namespace Choir.ServiceDefaults.Logging;

/// <summary>Writes the fields of one record as JSON, each name once.</summary>
internal sealed class LogRecordWriter : ILogContextWriter
{
    /// <summary>The name of the field that holds the message template.</summary>
    public const string MessageTemplate = "{OriginalFormat}";

    private readonly Utf8JsonWriter _json;
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    public LogRecordWriter(Utf8JsonWriter json)
    {
        _json = json;
        json.WriteStartObject();
    }

    public void End() => _json.WriteEndObject();

    public void Text(string name, string? value)
    {
        if (value is not null && _written.Add(name))
        {
            _json.WriteString(name, Cut(value));
        }
    }

    void ILogContextWriter.Add(string name, string? value) => Text(name, value);

    /// <summary>Writes the named values of a record's state or of a scope; other states are ignored.</summary>
    public void Fields(object? state)
    {
        if (state is not IEnumerable<KeyValuePair<string, object?>> fields)
        {
            return;
        }

        foreach (var (key, value) in fields)
        {
            if (key is null or MessageTemplate || value is null)
            {
                continue;
            }

            var name = FieldNames.Of(key);
            if (_written.Add(name))
            {
                Value(name, value);
            }
        }
    }

    private void Value(string name, object value)
    {
        _json.WritePropertyName(name);
        switch (value)
        {
            case bool flag: _json.WriteBooleanValue(flag); break;
            case int number: _json.WriteNumberValue(number); break;
            case long number: _json.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): _json.WriteNumberValue(number); break;
            case decimal number: _json.WriteNumberValue(number); break;
            case string text: _json.WriteStringValue(Cut(text)); break;
            case DateTimeOffset at: _json.WriteStringValue(at); break;
            case TimeSpan duration: _json.WriteStringValue(duration.ToString("c", CultureInfo.InvariantCulture)); break;
            case IEnumerable items: _json.WriteStringValue(Cut(string.Join(", ", items.Cast<object?>()))); break;
            default:
                _json.WriteStringValue(Cut(Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty));
                break;
        }
    }

    private static string Cut(string value) => LogText.Cut(value, JsonLogFormatter.MaxValueLength);
}
