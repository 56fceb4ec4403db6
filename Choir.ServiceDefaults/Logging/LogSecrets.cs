using System.Collections;
using System.Globalization;
using Choir.Redaction;

namespace Choir.ServiceDefaults.Logging;

/// <summary>Removes the values of fields whose names are those of secrets.</summary>
internal static class LogSecrets
{
    // A shorter one may be part of any word.
    private const int MinLength = 4;

    // A sequence may be endless; a message with all of them is cut.
    private const int MaxItems = RecordBudget.MaxBytes;

    /// <summary>The value of a field, or the mark of a secret.</summary>
    public static object Hide(string name, object value) =>
        value is not bool && Redactor.IsSecret(name, isText: value is not (int or long or double or decimal)) ? Redactor.Mark : value;

    /// <summary>A message without the values of such fields.</summary>
    public static string HideIn(string message, object? state)
    {
        if (state is IReadOnlyList<KeyValuePair<string, object?>> fields)
        {
            for (var index = 0; index < fields.Count; index++)
            {
                if (fields[index] is { Key: { } key, Value: { } value } && ReferenceEquals(Hide(key, value), Redactor.Mark))
                {
                    message = value is IEnumerable items and not string
                        ? items.Cast<object?>().Take(MaxItems).Aggregate(message, Without)
                        : Without(message, value);
                }
            }
        }

        return message;
    }

    private static string Without(string message, object? value) =>
        Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: >= MinLength } text
            ? message.Replace(text, Redactor.Mark, StringComparison.Ordinal)
            : message;
}
