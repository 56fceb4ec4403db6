using System.Text.Json.Serialization;
using Choir.LoadTest.Profiles;

namespace Choir.LoadTest.Reports.Model;

/// <summary>The result of a load test: what the JSON file holds, and what all other reports are made of. Durations are seconds.</summary>
/// <param name="Version">The version of this format.</param>
/// <param name="Id">The id of the run, a UUIDv7.</param>
/// <param name="Profile">What was run.</param>
/// <param name="StartedAt">The begin of the measurement, after the warm-up.</param>
/// <param name="Seconds">The measured time.</param>
/// <param name="Machine">The machine of the load generator.</param>
/// <param name="Target">The address of the gateway, or a description of what was called.</param>
/// <param name="Interrupted">Whether it was ended before its time.</param>
/// <param name="Objectives">Each objective, and whether it was met.</param>
/// <param name="Figures">Every figure that can be compared with another run's.</param>
/// <param name="Stages">The results of each stage.</param>
/// <param name="Scenarios">The results of each scenario.</param>
/// <param name="Timeline">The results of each interval, in order.</param>
/// <param name="Generator">The state of the load generator itself.</param>
/// <param name="System">What the processes of the system said of themselves; null if they could not be asked.</param>
/// <param name="Notes">Findings in plain sentences: the knee, the recovery time, a slope, a saturated generator.</param>
/// <param name="Comparison">The comparison with an earlier run; null if there was none.</param>
/// <param name="Costs">What CPU time and memory were spent on; null if it was not profiled.</param>
public sealed record LoadReport(
    int Version,
    Guid Id,
    LoadProfile Profile,
    DateTimeOffset StartedAt,
    double Seconds,
    MachineInfo Machine,
    string Target,
    bool Interrupted,
    IReadOnlyList<ObjectiveResult> Objectives,
    IReadOnlyList<Figure> Figures,
    IReadOnlyList<StageResult> Stages,
    IReadOnlyList<ScenarioResult> Scenarios,
    IReadOnlyList<TimelinePoint> Timeline,
    GeneratorState Generator,
    SystemFigures? System,
    IReadOnlyList<string> Notes,
    RunComparison? Comparison,
    CostFigures? Costs = null)
{
    /// <summary>The version of the format that this program writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Whether every objective was met; an objective whose figure was not measured is missed.</summary>
    public bool Passed => !Interrupted && Objectives.All(objective => objective.Met);
}

/// <summary>The machine of a run.</summary>
public sealed record MachineInfo(int Cores, long MemoryBytes, string Os, string Architecture, string DotNet);

/// <summary>An objective and its result.</summary>
/// <param name="Objective">The objective.</param>
/// <param name="Value">The measured value; null if it was not measured.</param>
/// <param name="Met">Whether it was measured and is within the limit.</param>
public sealed record ObjectiveResult(LoadObjective Objective, double? Value, bool Met);

/// <summary>A figure of a run that can be compared with the same figure of another run.</summary>
/// <param name="Name">A dotted name, such as <c>conversation.p99</c>.</param>
/// <param name="Unit">UCUM: <c>s</c>, <c>1/s</c>, <c>By</c>, <c>1</c>.</param>
/// <param name="HigherIsBetter">Whether a higher value is better.</param>
/// <param name="Value">The value over the whole measurement.</param>
/// <param name="Blocks">The values of consecutive parts of equal length, which show how it varies; empty if it has none.</param>
public sealed record Figure(string Name, string Unit, bool HigherIsBetter, double Value, IReadOnlyList<double> Blocks);

/// <summary>Percentiles of latency in seconds, measured from the intended start of each operation.</summary>
public sealed record LatencyFigures(long Count, double Mean, double P50, double P90, double P95, double P99, double P999, double Max);

/// <summary>The results of one stage.</summary>
/// <param name="Name">The stage's name.</param>
/// <param name="IntendedRate">The mean intended rate, per second.</param>
/// <param name="Rate">Completed operations per second.</param>
/// <param name="ErrorShare">The share of operations that failed or were not sent.</param>
/// <param name="Latency">The latency of successful operations.</param>
/// <param name="MetObjectives">Whether the objectives were met in this stage.</param>
public sealed record StageResult(
    string Name, double IntendedRate, double Rate, double ErrorShare, LatencyFigures Latency, bool MetObjectives);

/// <summary>The results of one scenario.</summary>
/// <param name="Name">The scenario's name.</param>
/// <param name="Started">Operations that were due in the measured time.</param>
/// <param name="Succeeded">Operations that succeeded.</param>
/// <param name="Rate">Successful operations per second.</param>
/// <param name="Latency">The latency of successful operations.</param>
/// <param name="Percentiles">Pairs of percentile and latency in seconds, for a curve.</param>
/// <param name="Errors">The failures by kind, the most frequent first.</param>
public sealed record ScenarioResult(
    string Name,
    long Started,
    long Succeeded,
    double Rate,
    LatencyFigures Latency,
    IReadOnlyList<double[]> Percentiles,
    IReadOnlyList<ErrorCount> Errors);

/// <summary>Failures of one kind: an HTTP status with its problem's code, <c>timeout</c>, <c>not_sent</c>, or an exception's kind.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Count">How many.</param>
/// <param name="Example">The first one's message, shortened.</param>
public sealed record ErrorCount(string Kind, long Count, string? Example);

/// <summary>One interval of the measurement.</summary>
/// <param name="At">Its end, in seconds from the begin of the measurement.</param>
/// <param name="Seconds">Its length.</param>
/// <param name="IntendedRate">Operations due per second.</param>
/// <param name="Rate">Successful operations per second.</param>
/// <param name="Errors">Failures.</param>
/// <param name="InFlight">Operations in flight at its end.</param>
/// <param name="P50">The median latency; null if nothing completed.</param>
/// <param name="P95">The 95th percentile.</param>
/// <param name="P99">The 99th percentile.</param>
public sealed record TimelinePoint(
    double At, double Seconds, double IntendedRate, double Rate, long Errors, int InFlight, double? P50, double? P95, double? P99);

/// <summary>The state of the load generator during the measurement.</summary>
/// <param name="Saturated">Whether the generator itself limited the result.</param>
/// <param name="Reason">Why it counts as saturated, in a sentence; null if it does not.</param>
/// <param name="StartDelayP99">The 99th percentile of the delay between an operation's intended and actual start while a user was free.</param>
/// <param name="CpuCores">The mean number of cores that the generator used.</param>
/// <param name="NotSent">Operations that were never sent, because all users were busy for too long.</param>
public sealed record GeneratorState(bool Saturated, string? Reason, double StartDelayP99, double CpuCores, long NotSent)
{
    /// <summary>What a reader must know before any figure; null if the generator did not limit the result.</summary>
    [JsonIgnore]
    public string? Warning => Saturated ? $"The load generator itself limited the result: {Reason}" : null;
}
