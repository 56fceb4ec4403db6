using Choir.Observatory.History;

namespace Choir.Observatory.Components.Parts;

/// <summary>A line of a chart.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Points">Its values.</param>
public sealed record ChartLine(string Name, IReadOnlyList<HistoryPoint> Points);

/// <summary>What the values of a chart are.</summary>
public enum ChartUnit
{
    /// <summary>Any number.</summary>
    Number,

    /// <summary>Things that are counted: whole numbers.</summary>
    Count,

    /// <summary>Bytes.</summary>
    Bytes,
}
