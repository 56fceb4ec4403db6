namespace Choir.Contracts.LoadTests;

/// <summary>The result of a load test as it is stored and compared over time: the figures of its report, without the timeline.</summary>
/// <param name="Id">The id of the run, a UUIDv7: later runs sort after earlier ones.</param>
/// <param name="Profile">The name of the profile: lower-case letters, digits and hyphens.</param>
/// <param name="Kind">The kind of the test.</param>
/// <param name="StartedAt">The begin of the measurement.</param>
/// <param name="Seconds">The measured time.</param>
/// <param name="Passed">Whether it ran to its end and met every objective.</param>
/// <param name="Interrupted">Whether it was ended before its time.</param>
/// <param name="Machine">The machine of the load generator.</param>
/// <param name="Figures">The figures, each with a name of its own.</param>
/// <param name="Objectives">Each objective, and whether it was met.</param>
/// <param name="Notes">Findings in plain sentences.</param>
public sealed record LoadTestResult(
    Guid Id,
    string Profile,
    LoadTestKind Kind,
    DateTimeOffset StartedAt,
    double Seconds,
    bool Passed,
    bool Interrupted,
    LoadTestMachine Machine,
    IReadOnlyList<LoadTestFigure> Figures,
    IReadOnlyList<LoadTestObjective> Objectives,
    IReadOnlyList<string> Notes);

/// <summary>The kinds of load tests.</summary>
public enum LoadTestKind
{
    /// <summary>The expected rate, steady.</summary>
    Load,

    /// <summary>A rate that rises until the objectives are missed.</summary>
    Stress,

    /// <summary>A steady rate for hours; figures that grow fail the test.</summary>
    Endurance,

    /// <summary>A multiple of the steady rate for some seconds.</summary>
    Spike,
}

/// <summary>The machine of a run.</summary>
/// <param name="Cores">The number of its processors.</param>
/// <param name="MemoryBytes">Its memory.</param>
/// <param name="Os">The operating system.</param>
/// <param name="Architecture">The processor architecture.</param>
/// <param name="DotNet">The version of the runtime.</param>
public sealed record LoadTestMachine(int Cores, long MemoryBytes, string Os, string Architecture, string DotNet);

/// <summary>A figure of a run.</summary>
/// <param name="Name">A dotted name, such as <c>conversation.p99</c>.</param>
/// <param name="Unit">UCUM: <c>s</c>, <c>1/s</c>, <c>By</c>, <c>1</c>.</param>
/// <param name="HigherIsBetter">Whether a higher value is better.</param>
/// <param name="Value">The value over the whole measurement.</param>
public sealed record LoadTestFigure(string Name, string Unit, bool HigherIsBetter, double Value);

/// <summary>An objective and its result.</summary>
/// <param name="Text">The objective in words, such as <c>conversation.p99 at most 1 s</c>.</param>
/// <param name="Value">The measured value; null if it was not measured.</param>
/// <param name="Met">Whether it was measured and is within the limit.</param>
public sealed record LoadTestObjective(string Text, double? Value, bool Met);
