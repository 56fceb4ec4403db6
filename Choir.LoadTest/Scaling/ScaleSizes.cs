using System.Globalization;

namespace Choir.LoadTest.Scaling;

/// <summary>Reads the value of <c>--scale</c>: numbers of actor hosts, such as <c>1,2,3</c>.</summary>
internal static class ScaleSizes
{
    /// <summary>The highest number, which is that of the AppHost.</summary>
    public const int MaxHosts = 16;

    /// <summary>Reads it.</summary>
    /// <param name="text">The numbers, separated by commas.</param>
    /// <param name="error">What is wrong, in a sentence; null if nothing is.</param>
    /// <returns>The numbers in ascending order; empty if something is wrong.</returns>
    public static IReadOnlyList<int> Parse(string text, out string? error)
    {
        var sizes = new SortedSet<int>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size is < 1 or > MaxHosts)
            {
                error = $"--scale takes numbers of actor hosts from 1 to {MaxHosts}, separated by commas, such as 1,2,3; \"{Shortened(part)}\" is none.";
                return [];
            }

            if (!sizes.Add(size))
            {
                error = $"--scale names {size} twice.";
                return [];
            }
        }

        error = null;
        return [.. sizes];
    }

    private static string Shortened(string text) => text.Length <= 40 ? text : $"{text[..40]}…";
}
