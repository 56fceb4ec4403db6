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

    // A list of fields may be endless. A message with more has secrets that are not looked for, so that it is hidden.
    private const int MaxFields = 256;

    // The most characters that are searched for all secrets together: some milliseconds, on the thread that writes the record.
    private const long MaxSearched = 32 * 1024 * 1024;

    /// <summary>The value of a field, or <see cref="Redactor.Mark"/> in place of a secret.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="value">The field's value.</param>
    public static object Hide(string name, object value) =>
        value is not bool && Redactor.IsSecret(name, isText: value is not (int or long or double or decimal)) ? Redactor.Mark : value;

    /// <summary>The message of a record without the values of such fields.</summary>
    /// <param name="message">The formatted message.</param>
    /// <param name="state">The record's state; one that is no list of fields hides nothing.</param>
    /// <param name="maxLength">The most characters that are kept: the message is cut before it is searched.</param>
    /// <returns><see cref="Redactor.Mark"/> if there are too many fields or secrets to search for.</returns>
    public static string HideIn(string message, object? state, int maxLength = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentOutOfRangeException.ThrowIfNegative(maxLength);
        var isCut = message.Length > maxLength;
        message = Cut(message, maxLength);
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> fields)
        {
            return message;
        }

        if (fields.Count > MaxFields)
        {
            return Redactor.Mark;
        }

        long searched = 0;
        foreach (var secret in Secrets(fields, maxLength).OrderByDescending(secret => secret.Length))
        {
            searched += message.Length;
            if (searched > MaxSearched)
            {
                return Redactor.Mark;
            }

            message = message.Replace(secret, Redactor.Mark, StringComparison.Ordinal);
            isCut |= message.Length > maxLength;
            message = Cut(message, maxLength);
            if (isCut)
            {
                message = Cut(WithoutBeginning(message, secret), maxLength);
            }
        }

        return message;
    }

    /// <summary>The texts to search for, each once.</summary>
    private static HashSet<string> Secrets(IReadOnlyList<KeyValuePair<string, object?>> fields, int maxLength)
    {
        var secrets = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < fields.Count; index++)
        {
            if (fields[index] is not { Key: { } key, Value: { } value } || !ReferenceEquals(Hide(key, value), Redactor.Mark))
            {
                continue;
            }

            if (value is not IEnumerable items || value is string)
            {
                Add(value);
                continue;
            }

            // The first items come first in a message, so that those after as many as it has characters are not in it.
            foreach (var item in items.Cast<object?>().Take(Math.Min(MaxItems, maxLength)))
            {
                Add(item);
            }
        }

        return secrets;

        void Add(object? value)
        {
            if (Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: >= MinLength } text)
            {
                secrets.Add(text);
            }
        }
    }

    /// <summary>Removes the beginning of a secret at the end of a message, which was cut inside of it.</summary>
    private static string WithoutBeginning(string message, string secret)
    {
        for (var at = Math.Max(0, message.Length - secret.Length + 1); at <= message.Length - MinLength; at++)
        {
            var next = message.AsSpan(at).IndexOf(secret[0]);
            if (next < 0)
            {
                break;
            }

            at += next;
            if (message.Length - at >= MinLength && secret.AsSpan().StartsWith(message.AsSpan(at)))
            {
                return message[..at] + Redactor.Mark;
            }
        }

        return message;
    }

    private static string Cut(string message, int maxLength) => message.Length <= maxLength ? message : message[..maxLength];
}
