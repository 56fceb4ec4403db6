namespace Choir.LoadTest.Engine;

/// <summary>The state of a running test, for the live progress.</summary>
/// <param name="Phase">What it does now: <c>preparing</c>, <c>warm-up</c>, a stage's name, or <c>waiting for the last answers</c>.</param>
/// <param name="Elapsed">The seconds since the begin of the measurement; negative before it.</param>
/// <param name="Planned">The planned seconds of the measurement.</param>
/// <param name="Rate">The intended rate now; null if no operations are started, as while the last answers are waited for.</param>
/// <param name="Recent">The last seconds.</param>
/// <param name="InFlight">Operations in flight.</param>
/// <param name="Waiting">Operations that wait for a free user.</param>
/// <param name="Users">The number of users.</param>
/// <param name="Status">What the companions say.</param>
internal sealed record RunView(
    string Phase,
    double Elapsed,
    double Planned,
    double? Rate,
    RecentFigures Recent,
    int InFlight,
    int Waiting,
    int Users,
    IReadOnlyList<string> Status);
