using Choir.Actors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.LoadTest.Overhead.Scenarios;

/// <summary>One thing that is measured, in a process of its own.</summary>
/// <param name="Name">Its name in options and results.</param>
/// <param name="Build">Makes its host, which exports to the given address.</param>
/// <param name="Sender">Makes what sends to its actors, of the given number.</param>
internal sealed record Scenario(
    string Name, Func<Uri, IHost> Build, Func<IServiceProvider, int, IMessageSender> Sender)
{
    /// <summary>
    /// The yardstick: a plain grain behind an always-interleaving method that takes Choir's own envelope, filled in as
    /// Choir fills it in, and answers with Choir's own reply. No telemetry, no logs.
    /// </summary>
    public static Scenario Bare { get; } = new("bare", _ => Silos.Bare(), BareSenderOf);

    /// <summary>
    /// A Choir actor, asked through <c>IActorClient</c>, in a host wired by Choir's service defaults: metrics with the
    /// Prometheus endpoint (read by another process when the measured part begins and every 5 s) and the OTLP exporter
    /// (every 5 s), traces over OTLP, parent-based, 1 % of them sampled, logs from the information level as JSON on a
    /// standard output that another process reads, and over OTLP.
    /// </summary>
    public static Scenario Choir1 { get; } = new("choir-1", sink => Silos.Choir(sink, 0.01), ChoirSenderOf);

    /// <summary>The same with every trace sampled.</summary>
    public static Scenario Choir100 { get; } = new("choir-100", sink => Silos.Choir(sink, 1), ChoirSenderOf);

    /// <summary>
    /// <see cref="Bare"/> with Orleans' <c>AddActivityPropagation()</c>, and the tracing SDK subscribed to Orleans'
    /// sources: parent-based, 1 % of traces sampled, the batch OTLP exporter. Each call's root is the activity that
    /// Orleans' own outgoing filter starts. No metrics, no logs.
    /// </summary>
    public static Scenario Propagation1 { get; } =
        new("propagation-1", sink => Silos.Propagation(sink, 0.01), BareSenderOf);

    /// <summary>The same with every trace sampled.</summary>
    public static Scenario Propagation100 { get; } =
        new("propagation-100", sink => Silos.Propagation(sink, 1), BareSenderOf);

    /// <summary>
    /// <see cref="Bare"/> with <c>Microsoft.Orleans.Dashboard</c>, its profiler always on: it collects only while
    /// somebody looks, and that is what is to be compared. Its web pages are not asked for.
    /// </summary>
    public static Scenario Dashboard { get; } = new("dashboard", _ => Silos.Dashboard(), BareSenderOf);

    /// <summary>All of them, in the order of the report.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
        [Bare, Choir1, Choir100, Propagation1, Propagation100, Dashboard];

    /// <summary>The scenario of a name, or null.</summary>
    public static Scenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name);

    private static BareSender BareSenderOf(IServiceProvider services, int actors) =>
        new(services.GetRequiredService<IGrainFactory>(), actors);

    private static ChoirSender ChoirSenderOf(IServiceProvider services, int actors) =>
        new(services.GetRequiredService<IActorClient>(), actors);
}
