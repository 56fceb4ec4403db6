namespace Choir.LoadTest.Objectives.Measuring;

/// <summary>
/// The windows and thresholds of burn rates, for an error budget of some days: those of the Google SRE workbook, multi-window and
/// multi-burn-rate (https://sre.google/workbook/alerting-on-slos/).
/// </summary>
/// <param name="Days">The days that an error budget is for.</param>
internal sealed record BurnWindows(int Days)
{
    public const int FewestDays = 28;
    public const int MostDays = 92;

    /// <summary>The windows that are recorded at every evaluation.</summary>
    public static readonly IReadOnlyList<string> Short = ["5m", "30m", "1h"];

    /// <summary>The windows that change slowly and are recorded less often.</summary>
    public static readonly IReadOnlyList<string> Long = ["2h", "6h", "1d", "3d"];

    /// <summary>2 % of the budget in an hour.</summary>
    public decimal FastHour => 14.4m * Days / 30;

    /// <summary>5 % of the budget in six hours.</summary>
    public decimal FastSixHours => 6m * Days / 30;

    /// <summary>10 % of the budget in a day.</summary>
    public decimal SlowDay => 3m * Days / 30;

    /// <summary>10 % of the budget in three days, but not less than the rate that uses the budget exactly.</summary>
    public decimal SlowThreeDays => Math.Max(1, 1m * Days / 30);

    /// <summary>The window of the whole budget.</summary>
    public string Budget => $"{Days}d";

    /// <summary>The highest burn rate in the rules' unit tests. An objective must allow it, or its fast alert could not fire.</summary>
    public decimal HighestTested => FastHour * 1.25m;
}
