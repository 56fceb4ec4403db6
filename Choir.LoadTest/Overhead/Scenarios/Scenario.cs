using Choir.Actors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Metadata;

namespace Choir.LoadTest.Overhead.Scenarios;

/// <summary>One thing that is measured, in a process of its own.</summary>
/// <remarks>
/// All have in common: one silo, clustered in memory, nothing stored; the callers are loops in the same process, the
/// grains are looked up for each message, and each message is a new envelope with the same 100 bytes of data.
/// With <c>--client-activity</c> each call of each scenario, the yardstick included, starts inside a new root activity
/// of the caller, sampled and exported like the scenario's traces, 1 % where it has none. So what is compared then is what
/// is added to a caller that traces.
/// </remarks>
/// <param name="Name">Its name in options and results.</param>
/// <param name="Build">Makes its host.</param>
/// <param name="Sender">Makes what sends to its actors, of the given number.</param>
/// <param name="Leaves">The telemetry that leaves its process: if some of it does not, its figures are worth nothing.</param>
internal sealed record Scenario(
    string Name, Func<SiloSettings, IHost> Build, Func<IServiceProvider, int, IMessageSender> Sender, Signals Leaves)
{
    private const Signals EverySignal = Signals.Scrapes | Signals.Metrics | Signals.Traces | Signals.Logs;

    /// <summary>
    /// The yardstick: a plain grain behind an always-interleaving method that takes Choir's own envelope, filled in as
    /// Choir fills it in, and answers with Choir's own reply. No telemetry, no logs.
    /// </summary>
    public static Scenario Bare { get; } = new("bare", Silos.Bare, BareSenderOf, Signals.None);

    /// <summary>
    /// A Choir actor, asked through <c>IActorClient</c>, in a host wired by Choir's service defaults: metrics with the
    /// Prometheus endpoint (read by another process when the measured part begins and every 5 s) and the OTLP exporter
    /// (every 5 s), traces over OTLP, parent-based, 1 % of them sampled, logs from the information level as JSON on a
    /// standard output that another process reads, and over OTLP.
    /// </summary>
    public static Scenario Choir1 { get; } = new(
        "choir-1", settings => Silos.Choir(settings, 0.01), ChoirSenderOf, EverySignal);

    /// <summary>The same with every trace sampled.</summary>
    public static Scenario Choir100 { get; } = new(
        "choir-100", settings => Silos.Choir(settings, 1), ChoirSenderOf, EverySignal);

    /// <summary>
    /// <see cref="Bare"/> with Orleans' <c>AddActivityPropagation()</c>, and the tracing SDK subscribed to Orleans'
    /// sources: parent-based, 1 % of traces sampled, the batch OTLP exporter. Each call's root is the activity that
    /// Orleans' outgoing filter starts, and what it propagates. No metrics, no logs.
    /// </summary>
    public static Scenario Propagation1 { get; } =
        new("propagation-1", settings => Silos.Propagation(settings, 0.01), BareSenderOf, Signals.Traces);

    /// <summary>The same with every trace sampled.</summary>
    public static Scenario Propagation100 { get; } =
        new("propagation-100", settings => Silos.Propagation(settings, 1), BareSenderOf, Signals.Traces);

    /// <summary>
    /// <see cref="Bare"/> with <c>Microsoft.Orleans.Dashboard</c>, its profiler always on: it collects only while
    /// somebody looks, and that is what is to be compared. Its web pages are not asked for.
    /// </summary>
    public static Scenario Dashboard { get; } = new("dashboard", Silos.Dashboard, BareSenderOf, Signals.None);

    /// <summary>All of them, in the order of the report.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
        [Bare, Choir1, Choir100, Propagation1, Propagation100, Dashboard];

    /// <summary>The scenario of a name, or null.</summary>
    public static Scenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name);

    private static BareSender BareSenderOf(IServiceProvider services, int actors) =>
        new(services.GetRequiredService<IGrainFactory>(), services.GetRequiredService<GrainInterfaceTypeResolver>(), actors);

    private static ChoirSender ChoirSenderOf(IServiceProvider services, int actors) =>
        new(services.GetRequiredService<IActorClient>(), actors);
}

/// <summary>Telemetry that leaves a process.</summary>
[Flags]
internal enum Signals
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Metrics that a Prometheus server reads.</summary>
    Scrapes = 1,

    /// <summary>Metrics over OTLP.</summary>
    Metrics = 2,

    /// <summary>Traces over OTLP.</summary>
    Traces = 4,

    /// <summary>Logs over OTLP.</summary>
    Logs = 8,
}
