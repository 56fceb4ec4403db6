namespace Choir.LoadTest.Profiles;

/// <summary>The kinds of load tests.</summary>
public enum ProfileKind
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

/// <summary>How the starts of operations are spaced.</summary>
public enum Arrivals
{
    /// <summary>At random, independent of each other, as requests of many independent users are.</summary>
    Poisson,

    /// <summary>At equal distances.</summary>
    Uniform,
}

/// <summary>A load test: what is sent, how often, for how long, and what must hold.</summary>
/// <param name="Name">The name under which results are compared: lower-case letters, digits and hyphens.</param>
/// <param name="Kind">The kind of the test.</param>
/// <param name="Users">The most operations in flight at a time, each by a user of its own.</param>
/// <param name="WarmUp">The time at the first stage's rate before the measurement; its operations are not counted.</param>
/// <param name="Stages">The rates, one after the other.</param>
/// <param name="Scenarios">What users do.</param>
/// <param name="Objectives">What must hold for the test to pass.</param>
public sealed record LoadProfile(
    string Name,
    ProfileKind Kind,
    int Users,
    TimeSpan WarmUp,
    IReadOnlyList<Stage> Stages,
    IReadOnlyList<ScenarioShare> Scenarios,
    IReadOnlyList<LoadObjective> Objectives)
{
    /// <summary>How the starts of operations are spaced.</summary>
    public Arrivals Arrivals { get; init; }

    /// <summary>The seed of everything random: starts, scenarios, ids and texts. The same seed repeats them.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How long an operation may take from its actual start before it counts as failed.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Only for <see cref="ProfileKind.Stress"/>: how many further steps narrow the highest rate down.</summary>
    public int Refinements { get; init; } = 3;

    /// <summary>The time that is measured, without the warm-up. The time of a stress test is this at most, and its refinements.</summary>
    public TimeSpan Duration => Stages.Aggregate(TimeSpan.Zero, (sum, stage) => sum + stage.Duration);
}

/// <summary>A part of a test with a constant or a linearly changing rate.</summary>
/// <param name="Name">The name in the report, such as <c>steady</c>, <c>spike</c>, <c>recovery</c> or <c>step 3</c>.</param>
/// <param name="Duration">The length.</param>
/// <param name="FromRate">Operations started per second at its begin.</param>
/// <param name="ToRate">Operations started per second at its end.</param>
public sealed record Stage(string Name, TimeSpan Duration, double FromRate, double ToRate);

/// <summary>A scenario and its share of the operations.</summary>
/// <param name="Name">The name in the report: the scenario's, or one of the profile's own.</param>
/// <param name="Scenario">The scenario, such as <c>conversation</c> or <c>http</c>.</param>
/// <param name="Share">Its share of the operations, relative to the others.</param>
/// <param name="Settings">The scenario's settings, by name; a list is joined with commas.</param>
public sealed record ScenarioShare(string Name, string Scenario, double Share, IReadOnlyDictionary<string, string> Settings);

/// <summary>A limit on one figure of the report.</summary>
/// <param name="Figure">The name of the figure, such as <c>conversation.p99</c>, <c>errors.share</c> or <c>rate</c>.</param>
/// <param name="IsAtLeast">Whether it is a lower limit; else an upper one.</param>
/// <param name="Limit">The limit in the figure's unit: seconds, operations per second, bytes, or a share from 0 to 1.</param>
public sealed record LoadObjective(string Figure, bool IsAtLeast, double Limit);
