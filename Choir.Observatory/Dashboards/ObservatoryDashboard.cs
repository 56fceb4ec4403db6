using Choir.Observatory.Components.Parts;
using Choir.Observatory.History;

namespace Choir.Observatory;

/// <summary>A dashboard that an application adds. One with the title of a dashboard that is there adds its panels to that.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Panels">Its panels.</param>
public sealed record ObservatoryDashboard(string Title, IReadOnlyList<ObservatoryPanel> Panels);

/// <summary>A panel of a dashboard: figures of the last hour from memory, values of a query, or both.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Unit">What its values are.</param>
public sealed record ObservatoryPanel(string Title, PanelUnit Unit)
{
    /// <summary>
    /// A query in PromQL whose values have the panel's unit: for times before the last hour, and for what is not kept in memory. Null if
    /// there is none.
    /// </summary>
    public string? Query { get; init; }

    /// <summary>The lines from memory, for a time; null if they are not kept.</summary>
    internal Func<HistoryStore, TimeSpan, IEnumerable<ChartLine>>? Memory { get; init; }

    /// <summary>A panel of calls to something outside of the actors, which the hosts report (<see cref="Choir.Actors.Inspection.IDependencyFigures"/>).</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="figure">The figure.</param>
    /// <param name="dependency">What is called, such as <c>database</c>.</param>
    /// <param name="operations">Which kinds of calls; null for all.</param>
    public static ObservatoryPanel OfDependency(string title, DependencyFigure figure, string dependency, Func<string, bool>? operations = null) =>
        new(title, DependencyLines.UnitOf(figure))
        {
            Memory = (history, window) => DependencyLines.Read(history, window, figure, dependency, operations),
        };
}

/// <summary>What the values of a panel are.</summary>
public enum PanelUnit
{
    /// <summary>Any number.</summary>
    Number,

    /// <summary>Things that are counted.</summary>
    Count,

    /// <summary>A rate per second.</summary>
    PerSecond,

    /// <summary>Milliseconds.</summary>
    Milliseconds,

    /// <summary>A share, 0 to 1.</summary>
    Share,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>Bytes per second.</summary>
    BytesPerSecond,
}

/// <summary>A figure of calls to something outside of the actors.</summary>
public enum DependencyFigure
{
    /// <summary>Calls per second.</summary>
    Rate,

    /// <summary>The mean duration.</summary>
    Mean,

    /// <summary>The 95th percentile of the slowest host.</summary>
    P95,

    /// <summary>The share of calls that failed.</summary>
    Failures,

    /// <summary>The connections of pools: how many are in use, and how many there can be.</summary>
    Pool,

    /// <summary>Callers that wait for a connection of a pool.</summary>
    Waiting,
}
