using Choir.Observatory.History;

namespace Choir.Observatory.Components.Parts;

/// <summary>A line of a chart.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Points">Its values.</param>
public sealed record ChartLine(string Name, IReadOnlyList<HistoryPoint> Points);
