using System.Collections;
using System.Globalization;

namespace Choir.Redaction;

/// <summary>Removes the values of fields of log records whose names are those of secrets.</summary>
public static class LogSecrets
{
    // A shorter one may be part of any word.
    private const int MinLength = 4;

    // A sequence may be endless; a message with all of them is cut.
    private const int MaxItems = 16_384;

    /// <summary>The value of a field, or <see cref="Redactor.Mark"/> in place of a secret.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="value">The field's value.</param>
    public static object Hide(string name, object value) =>
        value is not bool && Redactor.IsSecret(name, isText: value is not (int or long or double or decimal)) ? Redactor.Mark : value;

    /// <summary>The message of a record without the values of such fields.</summary>
    /// <param name="message">The formatted message.</param>
    /// <param name="state">The record's state; one that is no list of fields hides nothing.</param>
    public static string HideIn(string message, object? state)
    {
        ArgumentNullException.ThrowIfNull(message);
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
