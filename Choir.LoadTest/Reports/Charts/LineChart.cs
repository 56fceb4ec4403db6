namespace Choir.LoadTest.Reports.Charts;

/// <summary>A point of a line; a value that is not finite is a gap.</summary>
internal readonly record struct ChartPoint(double X, double Y);

/// <summary>A line of a chart.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Points">Its points, in the order of X.</param>
/// <param name="Dashed">Whether it is drawn dashed, as for what was intended.</param>
internal sealed record ChartSeries(string Name, IReadOnlyList<ChartPoint> Points, bool Dashed = false);

/// <summary>A part of the X axis with a name.</summary>
internal sealed record ChartBand(string Name, double From, double To);

/// <summary>What the X axis shows.</summary>
internal enum ChartX
{
    /// <summary>Seconds from the begin of the measurement.</summary>
    Time,

    /// <summary>Percentiles from 0 to 100.</summary>
    Percentile,
}

/// <summary>A chart with lines.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Unit">The UCUM unit of the values.</param>
/// <param name="Series">The lines.</param>
internal sealed record LineChart(string Title, string Unit, IReadOnlyList<ChartSeries> Series)
{
    /// <summary>More lines cannot be told apart.</summary>
    public const int MaxSeries = 8;

    /// <summary>What the X axis shows.</summary>
    public ChartX X { get; init; }

    /// <summary>Whether the Y axis may become logarithmic, if the values differ much.</summary>
    public bool MayBeLogarithmic { get; init; }

    /// <summary>The stages.</summary>
    public IReadOnlyList<ChartBand> Bands { get; init; } = [];

    /// <summary>The first colour; charts of one thing each have the same colour for the same process.</summary>
    public int FirstColour { get; init; }
}
