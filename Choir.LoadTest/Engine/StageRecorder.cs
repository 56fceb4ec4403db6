using Choir.LoadTest.Profiles;

namespace Choir.LoadTest.Engine;

/// <summary>Counts the operations that were due in one stage, and those that ended in it. Not thread-safe.</summary>
/// <param name="stage">The stage.</param>
/// <param name="begin">Its begin in the time of the run.</param>
/// <param name="scenarios">The number of scenarios.</param>
internal sealed class StageRecorder(Stage stage, double begin, int scenarios)
{
    public Stage Stage { get; } = stage;

    public double Begin { get; } = begin;

    /// <summary>The end in the time of the run: the planned one, or when the run was ended.</summary>
    public double End { get; set; } = begin + stage.Duration.TotalSeconds;

    public ScopeRecorder All { get; } = new();

    public ScopeRecorder[] Scenarios { get; } = [.. Enumerable.Range(0, scenarios).Select(_ => new ScopeRecorder())];

    public double Seconds => Math.Max(0, End - Begin);

    public bool Contains(double time) => time >= Begin && time < End;
}
