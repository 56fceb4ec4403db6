using Choir.Observatory.Components.Parts;

namespace Choir.Observatory;

/// <summary>Which of the lines of a panel are drawn.</summary>
/// <param name="Drawn">Those with the highest values. Lines that are 0 all the time are drawn only if all are.</param>
/// <param name="AtZero">The names of those that are not drawn because they are 0 all the time.</param>
internal sealed record ShownLines(IReadOnlyList<ChartLine> Drawn, IReadOnlyList<string> AtZero)
{
    /// <summary>The most lines of a chart.</summary>
    public const int MaxDrawn = 8;

    private const int MaxNames = 4;

    /// <summary>What is said of the lines at 0; null if all are drawn.</summary>
    public string? Note => AtZero.Count == 0 ? null
        : $"0 all the time: {string.Join(", ", AtZero.Take(MaxNames))}{(AtZero.Count > MaxNames ? $", and {AtZero.Count - MaxNames} more" : "")}.";

    public static ShownLines Of(IEnumerable<ChartLine> lines)
    {
        var ordered = lines.Where(line => line.Points.Any(point => point.Value is not null))
            .OrderByDescending(line => line.Points.Max(point => point.Value)).ThenBy(line => line.Name, StringComparer.Ordinal)
            .ToLookup(IsAtZero);
        return ordered[false].Any()
            ? new ShownLines([.. ordered[false].Take(MaxDrawn)], [.. ordered[true].Select(line => line.Name)])
            : new ShownLines([.. ordered[true].Take(MaxDrawn)], []);
    }

    private static bool IsAtZero(ChartLine line) => line.Points.All(point => point.Value is null or 0);
}
