namespace Choir.LoadTest.Overhead.Report;

/// <summary>Something that Choir promises about the cost of its telemetry at 1 % sampling, beside plain Orleans.</summary>
/// <param name="Name">What is promised.</param>
/// <param name="Limit">The bound.</param>
/// <param name="IsAtLeast">Whether it is a lower bound; else it is an upper one.</param>
/// <param name="Value">What was measured; null if it could not be.</param>
internal sealed record Target(string Name, double Limit, bool IsAtLeast, double? Value)
{
    /// <summary>Whether it was kept; null if it was not measured.</summary>
    public bool? Met => Value is { } value ? IsAtLeast ? value >= Limit : value <= Limit : null;

    /// <summary>Holds a scenario against all targets.</summary>
    /// <param name="ratios">Choir at 1 % sampling; null if it, or the yardstick, was not measured.</param>
    public static IReadOnlyList<Target> Judge(ScenarioRatios? ratios) =>
    [
        new("extraCpuMicros", 0.4, IsAtLeast: false, ratios?.ExtraCpuMicros),
        new("extraBytes", 200, IsAtLeast: false, ratios?.ExtraBytes),
        new("shareOfPropagation", 0.15, IsAtLeast: false, ratios?.ShareOfPropagation),
        new("throughputShare", 0.8, IsAtLeast: true, ratios?.ThroughputShare),
    ];
}
