namespace Choir.LoadTest.Overhead.Report;

/// <summary>A limit of the cost of Choir's telemetry at 1 % sampling, compared with plain Orleans.</summary>
/// <param name="Name">The name of the figure.</param>
/// <param name="Limit">The limit.</param>
/// <param name="IsAtLeast">Whether it is a lower limit; else an upper one.</param>
/// <param name="Value">The measured value; null if it was not measured.</param>
internal sealed record Target(string Name, double Limit, bool IsAtLeast, double? Value)
{
    /// <summary>Null if it was not measured.</summary>
    public bool? Met => Value is { } value ? IsAtLeast ? value >= Limit : value <= Limit : null;

    /// <param name="ratios">Choir at 1 % sampling; null if it or the baseline was not measured.</param>
    public static IReadOnlyList<Target> Judge(ScenarioRatios? ratios) =>
    [
        new("extraCpuMicros", 0.4, IsAtLeast: false, ratios?.ExtraCpuMicros),
        new("extraBytes", 200, IsAtLeast: false, ratios?.ExtraBytes),
        new("shareOfPropagation", 0.15, IsAtLeast: false, ratios?.ShareOfPropagation),
        new("throughputShare", 0.8, IsAtLeast: true, ratios?.ThroughputShare),
    ];
}
