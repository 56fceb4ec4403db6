using System.Globalization;
using Choir.LoadTest.Objectives.Measuring;

namespace Choir.LoadTest.Objectives;

/// <summary>A service level objective, complete and valid.</summary>
internal sealed record Objective
{
    /// <summary>The name in recorded series and in the label <c>objective</c>: lower snake case.</summary>
    public required string Name { get; init; }

    /// <summary>The name on dashboards.</summary>
    public required string Title { get; init; }

    /// <summary>The summary of its alerts, such as <c>Too many cycles fail</c>.</summary>
    public required string Summary { get; init; }

    /// <summary>The promise, such as <c>99.9 % of the cycles succeed</c>.</summary>
    public required string Promise { get; init; }

    /// <summary>What uses the error budget, such as <c>failed cycles</c>.</summary>
    public required string Failures { get; init; }

    /// <summary>The share that must be good, from 0 to 1.</summary>
    public required decimal Share { get; init; }

    public required Indicator Indicator { get; init; }

    /// <summary>The rate per second that a window counts as at least, so that few events are no large share.</summary>
    public required decimal MinimumRate { get; init; }

    /// <summary>Further labels of its alerts.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What its reader should know, such as a time that was rounded; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>The share that may be bad.</summary>
    public decimal Budget => 1 - Share;

    public string FastAlert => AlertName + "FastBurn";

    public string SlowAlert => AlertName + "SlowBurn";

    public string BudgetLeft => $"slo:{Name}:error_budget_left";

    private string AlertName => string.Concat(Name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>The recorded burn rate over a window.</summary>
    public string BurnRate(string window) => $"slo:{Name}:burn_rate{window}";

    /// <summary>
    /// The default of <see cref="MinimumRate"/>: at most 0.1; with a budget below 0.1 % more, so that a single failure in an hour fires
    /// no fast alert.
    /// </summary>
    public static decimal DefaultMinimumRate(decimal budget) => Math.Max(0.1m, 0.000_1m / budget);

    /// <summary>A share as people write it, such as <c>99.9 %</c>.</summary>
    public static string Percent(decimal share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.####} %");
}
