using System.Collections;
using System.Globalization;
using System.Text;

namespace Choir.ServiceDefaults.Logging;

/// <summary>Reduces the value of a field to a boolean, a number or a text.</summary>
internal static class LogValue
{
    // More would be cut anyway; a sequence may be endless.
    private const int MaxLength = RecordBudget.MaxBytes;

    public static object Of(object value) => value switch
    {
        bool or int or long or decimal => value,
        double number when double.IsFinite(number) => value,
        string text => text,
        DateTimeOffset at => at.ToString("O", CultureInfo.InvariantCulture),
        TimeSpan duration => duration.ToString("c", CultureInfo.InvariantCulture),
        IEnumerable items => Join(items),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty,
    };

    private static string Join(IEnumerable items)
    {
        var text = new StringBuilder();
        foreach (var item in items)
        {
            if (text.Length > MaxLength)
            {
                return text.Append(LogText.CutMark).ToString();
            }

            text.Append(text.Length == 0 ? null : ", ").Append(Convert.ToString(item, CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
