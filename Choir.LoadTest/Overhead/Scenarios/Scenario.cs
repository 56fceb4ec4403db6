using Choir.Actors;
using Choir.Actors.Messaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Metadata;

namespace Choir.LoadTest.Overhead.Scenarios;

/// <summary>A configuration that is measured, in a process of its own.</summary>
/// <remarks>
/// Common to all: one silo, clustered in memory, without storage; the callers are loops in the same process, the grain is
/// looked up for each message, and each message is a new envelope with the same 100 bytes of data.
/// With <c>--client-activity</c> each call of each scenario starts inside a new root activity of the caller, sampled and
/// exported like the scenario's traces, or 1 % in a scenario without traces.
/// </remarks>
/// <param name="Name">The name in options and results.</param>
/// <param name="Build">Builds the host.</param>
/// <param name="Sender">Creates the sender, for a number of actors.</param>
/// <param name="Leaves">The telemetry that must leave the process; without it a measurement is rejected.</param>
internal sealed record Scenario(
    string Name, Func<SiloSettings, IHost> Build, Func<IServiceProvider, int, IMessageSender> Sender, Signals Leaves)
{
    private const long OtherProcess = 1;
    private const Signals EverySignal = Signals.Scrapes | Signals.Metrics | Signals.Traces | Signals.Logs;

    /// <summary>
    /// The baseline: a plain grain with an always-interleaving method that takes Choir's envelope, with the same fields set,
    /// and replies with Choir's reply. No telemetry, no logs.
    /// </summary>
    public static Scenario Bare { get; } = new("bare", Silos.Bare, BareSenderOf, Signals.None);

    /// <summary>
    /// A Choir actor, asked through <c>IActorClient</c>, in a host with Choir's service defaults: metrics with the Prometheus
    /// endpoint (read by another process when measuring starts and every 5 s) and the OTLP exporter (every 5 s), traces over
    /// OTLP, parent-based, 1 % sampled, logs from information level as JSON on a standard output that another process reads,
    /// and over OTLP.
    /// </summary>
    public static Scenario Choir1 { get; } = new(
        "choir-1", settings => Silos.Choir(settings, 0.01), ChoirSenderOf, EverySignal);

    /// <summary><see cref="Choir1"/> with every trace sampled.</summary>
    public static Scenario Choir100 { get; } = new(
        "choir-100", settings => Silos.Choir(settings, 1), ChoirSenderOf, EverySignal);

    /// <summary>
    /// <see cref="Bare"/> with Orleans' <c>AddActivityPropagation()</c> and the tracing SDK subscribed to Orleans' sources:
    /// parent-based, 1 % of traces sampled, the batch OTLP exporter. The root of each call is the activity that Orleans'
    /// outgoing filter starts. No metrics, no logs.
    /// </summary>
    public static Scenario Propagation1 { get; } =
        new("propagation-1", settings => Silos.Propagation(settings, 0.01), BareSenderOf, Signals.Traces);

    /// <summary><see cref="Propagation1"/> with every trace sampled.</summary>
    public static Scenario Propagation100 { get; } =
        new("propagation-100", settings => Silos.Propagation(settings, 1), BareSenderOf, Signals.Traces);

    /// <summary>
    /// <see cref="Bare"/> with <c>Microsoft.Orleans.Dashboard</c>, its profiler always on, as it is while the dashboard is
    /// open. Its web pages are not requested.
    /// </summary>
    public static Scenario Dashboard { get; } = new("dashboard", Silos.Dashboard, BareSenderOf, Signals.None);

    /// <summary><see cref="Bare"/> with an incoming filter that does nothing.</summary>
    public static Scenario GrainNoopFilters { get; } = new("grain-noop-filters", Silos.NoopFilter, BareSenderOf, Signals.None);

    /// <summary><see cref="Bare"/> with filters that do nothing, of incoming and of outgoing calls.</summary>
    public static Scenario GrainNoopCallers { get; } = new("grain-noop-callers", Silos.NoopFilters, BareSenderOf, Signals.None);

    /// <summary>The grain of <see cref="Bare"/>, unchanged, observed by <c>AddChoirObservability</c>, in a host with the telemetry of <see cref="Choir1"/>.</summary>
    public static Scenario GrainObserved { get; } = new(
        "grain-observed", settings => Silos.ObservedGrains(settings, 0.01), BareSenderOf, Signals.Scrapes | Signals.Metrics | Signals.Traces);

    /// <summary><see cref="GrainObserved"/> with <c>ObserveCallers</c>.</summary>
    public static Scenario GrainObservedCallers { get; } = new(
        "grain-observed-callers", settings => Silos.ObservedGrains(settings, 0.01, observesCallers: true), BareSenderOf,
        Signals.Scrapes | Signals.Metrics | Signals.Traces);

    /// <summary><see cref="Choir1"/> without <see cref="KnownActors"/>: every message looks its target up in Orleans.</summary>
    public static Scenario NoKnownActors { get; } = new(
        "no-known-actors",
        settings =>
        {
            AppContext.SetSwitch(KnownActors.OffSwitch, true);
            return Silos.Choir(settings, 0.01);
        },
        ChoirSenderOf,
        EverySignal);

    /// <summary><see cref="Choir1"/> with messages that count as sent by another process, so that <see cref="ClockSkew"/> corrects each.</summary>
    public static Scenario Remote { get; } = new("remote", BuildRemote, ChoirSenderOf, EverySignal);

    /// <summary><see cref="Remote"/> without <see cref="ClockSkew"/>.</summary>
    public static Scenario RemoteNoSkew { get; } = new(
        "remote-no-skew",
        settings =>
        {
            AppContext.SetSwitch(ClockSkew.OffSwitch, true);
            return BuildRemote(settings);
        },
        ChoirSenderOf,
        EverySignal);

    /// <summary>The scenarios that are measured unless others are named.</summary>
    public static IReadOnlyList<Scenario> Default { get; } = [Bare, Choir1, Choir100, Propagation1, Propagation100, Dashboard];

    /// <summary>All scenarios, in the order of the report.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
        [.. Default, GrainNoopFilters, GrainObserved, GrainNoopCallers, GrainObservedCallers, NoKnownActors, Remote, RemoteNoSkew];

    public static Scenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name);

    private static WebApplication BuildRemote(SiloSettings settings) => Silos.Choir(
        settings, 0.01, services => services.AddSingleton(new ProcessClock(TimeProvider.System) { Sender = OtherProcess }));

    private static BareSender BareSenderOf(IServiceProvider services, int actors) =>
        new(services.GetRequiredService<IGrainFactory>(), services.GetRequiredService<GrainInterfaceTypeResolver>(), actors);

    private static ChoirSender ChoirSenderOf(IServiceProvider services, int actors) =>
        new(services.GetRequiredService<IActorClient>(), actors);
}

/// <summary>Kinds of telemetry that leave a process.</summary>
[Flags]
internal enum Signals
{
    None = 0,

    /// <summary>Reads of the Prometheus endpoint.</summary>
    Scrapes = 1,

    /// <summary>OTLP requests with metrics.</summary>
    Metrics = 2,

    /// <summary>OTLP requests with traces.</summary>
    Traces = 4,

    /// <summary>OTLP requests with logs.</summary>
    Logs = 8,
}
