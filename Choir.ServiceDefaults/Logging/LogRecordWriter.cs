using System.Text.Json;
using Choir.Redaction;

namespace Choir.ServiceDefaults.Logging;

/// <summary>Writes the fields of one record as JSON, each name once, up to <see cref="RecordBudget.MaxBytes"/>.</summary>
internal sealed class LogRecordWriter : ILogContextWriter
{
    /// <summary>The name of the field that holds the message template.</summary>
    public const string MessageTemplate = "{OriginalFormat}";

    private readonly Utf8JsonWriter _json;
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private readonly RecordBudget _budget = new();

    public LogRecordWriter(Utf8JsonWriter json)
    {
        _json = json;
        json.WriteStartObject();
    }

    public void End()
    {
        if (_budget.CutCharacters > 0)
        {
            _json.WriteNumber(RecordBudget.CutField, _budget.CutCharacters);
        }

        if (_budget.OmittedFields > 0)
        {
            _json.WriteNumber(RecordBudget.OmittedField, _budget.OmittedFields);
        }

        _json.WriteEndObject();
    }

    public void Text(string name, string? value)
    {
        if (value is not null && _written.Add(name) && _budget.TryTake(name, ref value))
        {
            _json.WriteString(name, value);
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
                Value(name, LogSecrets.Hide(key, LogValue.Of(value)));
            }
        }
    }

    private void Value(string name, object value)
    {
        if (value is string text)
        {
            if (_budget.TryTake(name, ref text))
            {
                _json.WriteString(name, text);
            }
        }
        else if (_budget.TryTake(name))
        {
            _json.WritePropertyName(name);
            switch (value)
            {
                case bool flag: _json.WriteBooleanValue(flag); break;
                case int number: _json.WriteNumberValue(number); break;
                case long number: _json.WriteNumberValue(number); break;
                case decimal number: _json.WriteNumberValue(number); break;
                default: _json.WriteNumberValue((double)value); break;
            }
        }
    }
}
