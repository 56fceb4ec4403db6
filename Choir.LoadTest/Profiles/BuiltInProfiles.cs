using System.Globalization;

namespace Choir.LoadTest.Profiles;

/// <summary>Profiles that need no file.</summary>
public static class BuiltInProfiles
{
    private static readonly IReadOnlyDictionary<string, string> NoSettings = new Dictionary<string, string>();

    private static readonly ScenarioShare[] Mixed =
    [
        Scenario("conversation", 2),
        Scenario("message", 4),
        Scenario("hot-key", 1),
        Scenario("read", 2),
        Scenario("events", 1),
    ];

    /// <summary>The default profile of a kind, for Choir: conversations, messages, reads and event streams.</summary>
    /// <param name="kind">The kind.</param>
    public static LoadProfile Of(ProfileKind kind) => kind switch
    {
        ProfileKind.Stress => new LoadProfile(
            "stress", kind, Users: 500, WarmUp: Seconds(10), Steps(20, 1.5, Seconds(10), 10), Mixed, Objectives("conversation.p99 <= 1s", "errors.share <= 1%")),
        ProfileKind.Endurance => new LoadProfile(
            "endurance", kind, Users: 200, WarmUp: Seconds(60), [Steady(20, TimeSpan.FromHours(1))], Mixed, [.. MixedObjectives, .. DriftObjectives]),
        ProfileKind.Spike => new LoadProfile(
            "spike", kind, Users: 1_000, WarmUp: Seconds(10), Spike(10, 10, Seconds(20), Seconds(5), Seconds(35)), Mixed,
            Objectives("recovery <= 20s", "errors.share <= 1%")),
        _ => new LoadProfile("load", kind, Users: 200, WarmUp: Seconds(10), [Steady(30, Seconds(60))], Mixed, MixedObjectives),
    };

    // Nothing grows by more than 10 % over the test.
    private static IReadOnlyList<LoadObjective> DriftObjectives => Objectives(
        "memory.drift <= 10%", "handles.drift <= 10%", "threads.drift <= 10%", "latency.drift <= 25%");

    /// <summary>A steady rate of one's own calls, without objectives; see <see cref="Engine.LoadTestRun"/>.</summary>
    /// <param name="name">The name under which results are compared.</param>
    /// <param name="rate">Calls per second.</param>
    /// <param name="duration">The measured time.</param>
    /// <param name="users">The most calls at a time.</param>
    public static LoadProfile Steady(string name, double rate, TimeSpan duration, int users = 100) =>
        new(name, ProfileKind.Load, users, Seconds(5), [Steady(rate, duration)], [], []);

    /// <summary>Steps whose rate rises by a factor.</summary>
    internal static IReadOnlyList<Stage> Steps(double from, double factor, TimeSpan duration, int count) =>
    [
        .. Enumerable.Range(0, count).Select(step => from * Math.Pow(factor, step)).Select((rate, step) =>
            new Stage(string.Create(CultureInfo.InvariantCulture, $"step {step + 1}"), duration, rate, rate)),
    ];

    /// <summary>A steady rate, a multiple of it, and the steady rate again.</summary>
    internal static IReadOnlyList<Stage> Spike(double rate, double factor, TimeSpan before, TimeSpan spike, TimeSpan after) =>
    [
        new Stage(SpikeStages.Before, before, rate, rate),
        new Stage(SpikeStages.Spike, spike, rate * factor, rate * factor),
        new Stage(SpikeStages.Recovery, after, rate, rate),
    ];

    internal static Stage Steady(double rate, TimeSpan duration) => new("steady", duration, rate, rate);

    private static IReadOnlyList<LoadObjective> MixedObjectives => Objectives(
        "conversation.p99 <= 1s", "message.p99 <= 250ms", "read.p99 <= 500ms", "errors.share <= 1%");

    private static ScenarioShare Scenario(string name, double share) => new(name, name, share, NoSettings);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static IReadOnlyList<LoadObjective> Objectives(params string[] texts) => [.. texts.Select(text =>
        ObjectiveText.TryParse(text, out var objective, out var error) ? objective! : throw new FormatException(error))];
}
