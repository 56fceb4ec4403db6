using System.Globalization;

namespace Choir.LoadTest.Profiles;

/// <summary>Writes numbers with all the digits that are certain.</summary>
internal static class AllDigits
{
    private const double Largest = 1e15;

    /// <summary>A number: 7, not 7.000000000000001, as a decimal has the 15 digits that are certain.</summary>
    /// <param name="value">The number.</param>
    /// <param name="whole">The format of the digits before the point.</param>
    /// <returns>Null if it is too large, so that not all of its digits are certain.</returns>
    public static string? Of(double value, string whole) => Math.Abs(value) < Largest
        ? ((decimal)value).ToString($"{whole}.############################", CultureInfo.InvariantCulture)
        : null;
}
