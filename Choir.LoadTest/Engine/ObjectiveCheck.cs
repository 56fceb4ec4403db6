using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Engine;

/// <summary>Holds figures against objectives.</summary>
internal static class ObjectiveCheck
{
    /// <param name="objectives">The objectives.</param>
    /// <param name="find">The value of a figure; null if it was not measured, which misses the objective.</param>
    public static IReadOnlyList<ObjectiveResult> Judge(IEnumerable<LoadObjective> objectives, Func<string, double?> find) =>
        [.. objectives.Select(objective => Judge(objective, find(objective.Figure)))];

    /// <summary>The objectives by which a step of a stress test is judged: a rate grows by itself.</summary>
    public static IReadOnlyList<LoadObjective> OfSteps(LoadProfile profile)
    {
        var names = profile.Scenarios.Select(scenario => scenario.Name).ToList();
        return [.. profile.Objectives.Where(objective => !objective.IsAtLeast && FigureNames.IsOfScope(objective.Figure, names))];
    }

    /// <summary>A figure of a run or stage, or of one of its scenarios. Latencies are not measured if nothing succeeded.</summary>
    public static double? Find(string figure, MeasuredScope all, IReadOnlyList<(string Name, MeasuredScope Figures)> scenarios)
    {
        if (FigureNames.OfScope.Contains(figure))
        {
            return Of(all, figure);
        }

        foreach (var (name, figures) in scenarios)
        {
            if (figure.StartsWith(name + ".", StringComparison.Ordinal) && FigureNames.OfScope.Contains(figure[(name.Length + 1)..]))
            {
                return Of(figures, figure[(name.Length + 1)..]);
            }
        }

        return null;
    }

    private static ObjectiveResult Judge(LoadObjective objective, double? value) => new(
        objective, value, value is { } measured && (objective.IsAtLeast ? measured >= objective.Limit : measured <= objective.Limit));

    private static double? Of(MeasuredScope scope, string figure) => figure switch
    {
        FigureNames.Rate => scope.Rate,
        FigureNames.ErrorShare => scope.ErrorShare,
        _ when scope.Latency.Count == 0 => null,
        "p50" => scope.Latency.P50,
        "p90" => scope.Latency.P90,
        "p95" => scope.Latency.P95,
        "p99" => scope.Latency.P99,
        "p999" => scope.Latency.P999,
        "max" => scope.Latency.Max,
        _ => scope.Latency.Mean,
    };
}
