namespace Choir.LoadTest.Profiles;

/// <summary>The names of figures that objectives can limit.</summary>
internal static class FigureNames
{
    public const string Rate = "rate";
    public const string ErrorShare = "errors.share";

    /// <summary>Of a stress test: the highest rate that met the objectives.</summary>
    public const string Knee = "knee";

    /// <summary>Of a spike: the time from its end until latency and errors are what they were before.</summary>
    public const string Recovery = "recovery";

    /// <summary>The end of the names of growth over an endurance test, as a share; 0 unless it is significant.</summary>
    public const string DriftSuffix = ".drift";

    /// <summary>What an endurance test judges by its growth.</summary>
    public static readonly IReadOnlyList<string> Drifting = ["memory", "heap", "handles", "threads", "database", "latency"];

    /// <summary>The figures of the whole run and, after the scenario's name and a dot, of each scenario.</summary>
    public static readonly IReadOnlyList<string> OfScope = ["p50", "p90", "p95", "p99", "p999", "max", "mean", Rate, ErrorShare];

    /// <summary>Those of them that are compared with other runs.</summary>
    public static readonly IReadOnlyList<string> Compared = ["p50", "p95", "p99", "mean", Rate, ErrorShare];

    /// <summary>Whether a stage by itself has this figure.</summary>
    public static bool IsOfScope(string figure, IEnumerable<string> scenarios) =>
        OfScope.Contains(figure) || scenarios.Any(name => figure.StartsWith(name + ".", StringComparison.Ordinal) && OfScope.Contains(figure[(name.Length + 1)..]));

    /// <summary>All figures of a profile.</summary>
    public static IEnumerable<string> Of(ProfileKind kind, IEnumerable<string> scenarios) =>
    [
        .. OfScope,
        .. scenarios.SelectMany(name => OfScope.Select(figure => $"{name}.{figure}")),
        .. kind switch
        {
            ProfileKind.Stress => [Knee],
            ProfileKind.Spike => [Recovery],
            ProfileKind.Endurance => Drifting.Select(name => name + DriftSuffix),
            _ => (string[])[],
        },
    ];

    /// <summary>The only kind of tests that has this figure; null if all kinds have it, or none.</summary>
    public static ProfileKind? KindOf(string figure) => figure switch
    {
        Knee => ProfileKind.Stress,
        Recovery => ProfileKind.Spike,
        _ when Drifting.Any(name => figure == name + DriftSuffix) => ProfileKind.Endurance,
        _ => null,
    };

    /// <summary>Whether it is the name of a figure of any kind of test, of the whole run or of a scenario of any name.</summary>
    public static bool IsFigure(string figure) =>
        KindOf(figure) is not null || OfScope.Any(name => figure == name || figure.EndsWith("." + name, StringComparison.Ordinal));

    /// <summary>The unit of a figure in UCUM.</summary>
    public static string UnitOf(string figure) =>
        figure == Knee || figure == Rate || figure.EndsWith("." + Rate, StringComparison.Ordinal) ? "1/s"
        : figure.EndsWith(ErrorShare, StringComparison.Ordinal) || figure.EndsWith(DriftSuffix, StringComparison.Ordinal) ? "1"
        : "s";
}
