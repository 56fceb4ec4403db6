using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports.Model;

namespace Choir.Tests.Support;

/// <summary>A report as of a spike of load on several processes, always the same for a seed.</summary>
internal static class SampleLoadReport
{
    private static readonly string[] Processes = ["gateway-1", "actor-host-1", "actor-host-2", "actor-host-3"];

    /// <param name="seed">Makes the values.</param>
    /// <param name="seconds">The measured time; each second is a point.</param>
    /// <param name="actorTypes">The number of actor types.</param>
    public static LoadReport Create(int seed = 1, int seconds = 300, int actorTypes = 30)
    {
        var random = new Random(seed);
        var profile = Profile(seconds);
        TimelinePoint[] timeline = [.. Enumerable.Range(1, seconds).Select(at => Point(at, seconds, random))];
        return new LoadReport(
            LoadReport.CurrentVersion,
            new Guid(seed, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]),
            profile,
            new DateTimeOffset(2026, 11, 28, 10, 15, 0, TimeSpan.Zero),
            seconds,
            new MachineInfo(2, 8L << 30, "Debian GNU/Linux 13", "X64", ".NET 10.0.2"),
            "http://localhost:5080",
            Interrupted: false,
            [
                new ObjectiveResult(profile.Objectives[0], 0.94, Met: true),
                new ObjectiveResult(profile.Objectives[1], 0.0131, Met: false),
                new ObjectiveResult(profile.Objectives[2], 45.6, Met: true),
                new ObjectiveResult(profile.Objectives[3], null, Met: false),
            ],
            Figures(random),
            [
                new StageResult("steady", 50, 49.9, 0.0002, Latency(random, 0.08), MetObjectives: true),
                new StageResult("spike", 500, 122, 0.09, Latency(random, 1.4), MetObjectives: false),
                new StageResult("recovery", 50, 57, 0.004, Latency(random, 0.2), MetObjectives: true),
            ],
            [
                Scenario("conversation", random, 0.12, [
                    new ErrorCount("503 overloaded", 204, "The queue of AnalysisActor is full; try again in 2 s."),
                    new ErrorCount("timeout", 31, "No answer within 10 s."),
                    new ErrorCount("not_sent", 12, null),
                ]),
                Scenario("message", random, 0.004, [new ErrorCount("HttpRequestException", 3, "Connection refused (localhost:5080)")]),
                Scenario("read", random, 0.002, []),
            ],
            timeline,
            new GeneratorState(Saturated: false, null, 0.0021, 0.31, 12),
            System(random, seconds, actorTypes),
            [
                "The highest rate that met the objectives was 96/s.",
                "After the spike p95 and errors were back to normal within 41 s.",
            ],
            Comparison: null);
    }

    public static LatencyFigures Latency(Random random, double median)
    {
        var spread = 1 + (random.NextDouble() * 2);
        return new LatencyFigures(
            random.Next(100, 200_000), median * 1.3, median, median * (1 + spread), median * (1.4 + (2 * spread)), median * (2 + (4 * spread)),
            median * (3 + (9 * spread)), median * (4 + (20 * spread)));
    }

    private static LoadProfile Profile(int seconds) => new(
        "spike",
        ProfileKind.Spike,
        200,
        TimeSpan.FromSeconds(20),
        [
            new Stage("steady", TimeSpan.FromSeconds(seconds * 0.4), 50, 50),
            new Stage("spike", TimeSpan.FromSeconds(seconds * 0.1), 500, 500),
            new Stage("recovery", TimeSpan.FromSeconds(seconds * 0.5), 50, 50),
        ],
        [
            new ScenarioShare("conversation", "conversation", 0.5, new Dictionary<string, string> { ["sizes"] = "short,long" }),
            new ScenarioShare("message", "message", 0.3, new Dictionary<string, string>()),
            new ScenarioShare("read", "read", 0.2, new Dictionary<string, string>()),
        ],
        [
            new LoadObjective("conversation.p99", IsAtLeast: false, 1),
            new LoadObjective("errors.share", IsAtLeast: false, 0.01),
            new LoadObjective("rate", IsAtLeast: true, 45),
            new LoadObjective("events.p95", IsAtLeast: false, 0.5),
        ]);

    private static TimelinePoint Point(int at, int seconds, Random random)
    {
        var spike = at > seconds * 0.4 && at <= seconds * 0.5;
        var after = Math.Max(0, at - (seconds * 0.5)) / seconds;
        var strain = spike ? 1 : at > seconds * 0.5 ? Math.Exp(-after * 14) : 0;
        var p50 = (0.06 + (1.3 * strain)) * (0.9 + (random.NextDouble() * 0.2));
        var errors = random.NextDouble() < strain ? random.Next(5, 40) : random.Next(200) == 0 ? 1 : 0;
        return new TimelinePoint(
            at,
            1,
            spike ? 500 : 50,
            spike ? 110 + random.Next(30) : Math.Min(125, 50 + (60 * strain)) + random.Next(-5, 5),
            errors,
            spike ? 200 : (int)(4 + (190 * strain)) + random.Next(3),
            at == 17 ? null : p50,
            at == 17 ? null : p50 * (1.8 + random.NextDouble()),
            at == 17 ? null : p50 * (3 + (random.NextDouble() * 4)));
    }

    private static List<Figure> Figures(Random random)
    {
        List<Figure> figures = [Of("rate", "1/s", true, 57.1), Of("errors.share", "1", false, 0.0131)];
        foreach (var (scenario, median) in ((string, double)[])[("", 0.062), ("conversation.", 0.12), ("message.", 0.004), ("read.", 0.002)])
        {
            figures.Add(Of($"{scenario}p50", "s", false, median));
            figures.Add(Of($"{scenario}p95", "s", false, median * 2.4));
            figures.Add(Of($"{scenario}p99", "s", false, median * 7.1));
        }

        return figures;

        Figure Of(string name, string unit, bool higherIsBetter, double value) => new(
            name, unit, higherIsBetter, value * (0.98 + (random.NextDouble() * 0.04)),
            [.. Enumerable.Range(0, 20).Select(_ => value * (0.95 + (random.NextDouble() * 0.1)))]);
    }

    private static ScenarioResult Scenario(string name, Random random, double median, IReadOnlyList<ErrorCount> errors)
    {
        double[] percentiles = [0, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.9, 99.95, 99.99];
        var failed = errors.Sum(error => error.Count);
        return new ScenarioResult(
            name, 9_000, 9_000 - failed, (9_000 - failed) / 300.0, Latency(random, median),
            [.. percentiles.Select(percentile => (double[])[percentile, median * (0.3 + Math.Pow(100 / (100.001 - percentile), 0.45))])],
            errors);
    }

    private static SystemFigures System(Random random, int seconds, int actorTypes)
    {
        ActorTypeFigures[] types =
        [
            .. Enumerable.Range(0, actorTypes).Select(index =>
            {
                var median = 0.00002 * Math.Pow(1.35, actorTypes - index) * (0.5 + random.NextDouble());
                var messages = random.Next(1_000, 500_000);
                return new ActorTypeFigures(
                    index < 6 ? ((string[])["AnalysisActor", "SynthesisActor", "ThreadActor", "LedgerActor", "ReviewActor", "PhaseActor"])[index] : $"Helper{index}Actor",
                    messages, messages / (double)seconds, index % 7 == 3 ? random.Next(300) : 0,
                    Latency(random, median / 4), Latency(random, median), messages * median / 40, messages * median / 10);
            }),
        ];
        return new SystemFigures(
            [.. Processes.Select((name, index) => Process(name, index, random, seconds))],
            [new MachineFigures("build-machine", 2, 87, 5.1e9, 2.2e8, new Dictionary<string, IReadOnlyList<SeriesPoint>>
            {
                ["cpu"] = Series(seconds, random, at => at < seconds / 2 ? 60 : 95, 0.1),
                ["memory"] = Series(seconds, random, at => 4.8e9 + (at * 1e6), 0.01),
                ["database"] = Series(seconds, random, at => 1.8e8 + (at * 2e5), 0.001),
            })],
            types,
            [
                new ComponentFigures("gateway", "POST /threads/{id}/inputs", Latency(random, 0.11), 941),
                new ComponentFigures("gateway", "GET /threads/{id}", Latency(random, 0.0018), 31),
                new ComponentFigures("queue", "all actor types", Latency(random, 0.0009), 310),
                new ComponentFigures("phase", "analysis", Latency(random, 0.031), 402),
                new ComponentFigures("phase", "synthesis", Latency(random, 0.044), 511),
                new ComponentFigures("database", "insert", Latency(random, 0.0013), 122),
                new ComponentFigures("database", "select", Latency(random, 0.0007), 64),
                new ComponentFigures("model", "chat", Latency(random, 0.02), 288),
                new ComponentFigures("chain", "record", Latency(random, 1.02), 601),
            ],
            [
                new Hotspot("time", "gateway POST /threads/{id}/inputs", 0.38, "941 s in 9,000 requests"),
                new Hotspot("time", "chain record", 0.24, "601 s in 590 transactions"),
                new Hotspot("time", "SynthesisActor", 0.21, "511 s in handlers of 8,800 messages"),
                new Hotspot("cpu", "actor-host-1", 0.46, "0.81 of 1.76 cores"),
                new Hotspot("cpu", "gateway-1", 0.27, "0.48 of 1.76 cores"),
                new Hotspot("allocation", "actor-host-1", 0.55, "212 MiB/s of 385 MiB/s"),
                new Hotspot("allocation", "gateway-1", 0.22, "85 MiB/s of 385 MiB/s"),
            ],
            ["actor-host-3 did not answer from 2:01 to 2:09."]);
    }

    private static ProcessFigures Process(string name, int index, Random random, int seconds) => new(
        name,
        name[..name.LastIndexOf('-')],
        0.4 + (index * 0.1),
        8e7 * (index + 1),
        0.012 * (index + 1),
        new Dictionary<string, IReadOnlyList<SeriesPoint>>
        {
            ["cpu"] = Series(seconds, random, at => (at > seconds * 0.4 && at < seconds * 0.55 ? 0.75 : 0.3) + (index * 0.05), 0.2),
            ["memory"] = Series(seconds, random, at => (1.6e8 * (index + 1)) + (at * 2e5), 0.02),
            ["heap"] = Series(seconds, random, at => 6e7 * (index + 1) * (1 + (at % 20 / 20.0)), 0.05),
            ["gc"] = Series(seconds, random, _ => 0.01 * (index + 1), 0.8),
            ["threads"] = Series(seconds, random, _ => 24 + (index * 3), 0.04),
            ["pool_queue"] = Series(seconds, random, at => at > seconds * 0.4 && at < seconds * 0.5 ? 40 : 0, 0.5),
            ["queue"] = Series(seconds, random, at => index == 0 ? double.NaN : at > seconds * 0.4 && at < seconds * 0.55 ? 900 : 3, 0.5),
        });

    private static SeriesPoint[] Series(int seconds, Random random, Func<double, double> mean, double spread) =>
        [.. Enumerable.Range(0, seconds / 2).Select(index =>
            new SeriesPoint(index * 2, mean(index * 2) * (1 + ((random.NextDouble() - 0.5) * spread))))];
}
