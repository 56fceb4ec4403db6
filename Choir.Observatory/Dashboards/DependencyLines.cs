using Choir.Observatory.Components.Parts;
using Choir.Observatory.History;

namespace Choir.Observatory;

/// <summary>Lines of the calls to something outside of the actors, from memory.</summary>
internal static class DependencyLines
{
    public static PanelUnit UnitOf(DependencyFigure figure) => figure switch
    {
        DependencyFigure.Rate => PanelUnit.PerSecond,
        DependencyFigure.Mean or DependencyFigure.P95 => PanelUnit.Milliseconds,
        DependencyFigure.Failures => PanelUnit.Share,
        _ => PanelUnit.Count,
    };

    public static IEnumerable<ChartLine> Read(
        HistoryStore history, TimeSpan window, DependencyFigure figure, string dependency, Func<string, bool>? operations)
    {
        var isOfPool = figure is DependencyFigure.Pool or DependencyFigure.Waiting;
        var pools = SnapshotHistory.Operations(history, dependency, SnapshotHistory.Limit).ToHashSet(StringComparer.Ordinal);
        var names = SnapshotHistory.Operations(history, dependency, SnapshotHistory.Rate)
            .Where(operation => pools.Contains(operation) == isOfPool && operations?.Invoke(operation) != false);
        foreach (var operation in names)
        {
            if (figure == DependencyFigure.Pool)
            {
                yield return Line($"{operation}, in use", SnapshotHistory.InUse);
                yield return Line($"{operation}, at most", SnapshotHistory.Limit);
            }
            else
            {
                yield return Line(operation, NameOf(figure));
            }

            ChartLine Line(string name, string kept) => new(name, history.Read(SnapshotHistory.OfDependency(dependency, operation, kept), window));
        }
    }

    private static string NameOf(DependencyFigure figure) => figure switch
    {
        DependencyFigure.Rate => SnapshotHistory.Rate,
        DependencyFigure.Mean => SnapshotHistory.Mean,
        DependencyFigure.P95 => SnapshotHistory.P95,
        DependencyFigure.Failures => SnapshotHistory.ErrorShare,
        _ => SnapshotHistory.Waiting,
    };
}
