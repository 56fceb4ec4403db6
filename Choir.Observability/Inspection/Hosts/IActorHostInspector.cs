using System.Diagnostics.CodeAnalysis;
using Choir.Actors.Operations;
using Choir.Observability;
using Choir.Redaction;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Runtime.Services;
using Orleans.Services;

namespace Choir.Actors.Inspection;

/// <summary>
/// Reports what its host has counted and recorded. One in each host, called by <see cref="HostRoundTrip"/>. A view that it
/// returns holds the part of this host, and no <see cref="HostAnswers"/>.
/// </summary>
[Alias("Choir.Actors.Inspection.IActorHostInspector")]
internal interface IActorHostInspector : IGrainService
{
    /// <summary>The figures of all types, or of one type with its hottest actors.</summary>
    [Alias("Figures")] Task<HostFigures> FiguresAsync(string? type);
    [Alias("Look")] Task<ActorView> LookAsync(ActorAddress actor);
    [Alias("Stuck")] Task<StuckView> StuckAsync();

    /// <summary>Whether callers still wait that only the hosts of the called grains have reported.</summary>
    [Alias("Callers")] Task<CallersView> CallersAsync(ActorAddress[] callers);

    /// <summary>Between which actor types handlers have asked.</summary>
    [Alias("Asks")] Task<AskedEdge[]> AsksAsync();
    [Alias("Trace")] Task<TraceView> TraceAsync(Guid correlationId);
    [Alias("Messages")] Task<MessagesView> MessagesAsync(MessageFilter filter);
    [Alias("Logs")] Task<LogsView> LogsAsync(LogFilter filter);
    [Alias("Process")] Task<HostView> ProcessAsync();
    [Alias("Ids")] Task<ActorIdsView> IdsAsync(string type, string contains, int limit);

    /// <summary>Applies an override, or removes it if it has no time left. Returns all that are in effect.</summary>
    [Alias("SetDiagnostics")] Task<TimedRule<DiagnosticOverride>[]> SetDiagnosticsAsync(TimedRule<DiagnosticOverride> wanted);
    [Alias("Diagnostics")] Task<TimedRule<DiagnosticOverride>[]> DiagnosticsAsync();

    /// <summary>Applies a quarantine, or ends it if it has no time left. Returns all that are in force.</summary>
    [Alias("SetQuarantine")] Task<TimedRule<Quarantine>[]> SetQuarantineAsync(TimedRule<Quarantine> wanted);
    [Alias("Quarantines")] Task<TimedRule<Quarantine>[]> QuarantinesAsync();
}

[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A log provider may throw anything; the host must go on.")]
internal sealed class ActorHostInspector(
    GrainId grainId,
    Silo silo,
    ILoggerFactory loggers,
    ActorTelemetry telemetry,
    DiagnosticOverrides diagnostics,
    IQuarantines quarantines,
    ActorReader actors,
    TraceReader traces,
    LogReader logs,
    HostReader host,
    StuckReader stuck,
    CallerReader waiting,
    PossibleDeadlockWatch possibleDeadlocks)
    : GrainService(grainId, silo, loggers), IActorHostInspector
{
    private readonly ILogger _logger = new QuietLogger(loggers.CreateLogger<ActorHostInspector>());

    // Orleans writes a log record in Start and Stop. A log provider that throws must not keep a host from starting.
    public override async Task Start()
    {
        try
        {
            await base.Start();
        }
        catch (Exception e)
        {
            _logger.InspectorLogFailed("start", e);
            await StartInBackground();
        }
    }

    public override async Task Stop()
    {
        try
        {
            await base.Stop();
        }
        catch (Exception e)
        {
            _logger.InspectorLogFailed("stop", e);
            Status = GrainServiceStatus.Stopped;
        }
    }

    public Task<HostFigures> FiguresAsync(string? type)
    {
        var types = telemetry.Types.Where(one => type is null || one.Name == type).ToArray();
        var (seconds, edges) = telemetry.Recent.Read();
        return Task.FromResult(new HostFigures(
            seconds,
            Array.ConvertAll(types, Figures),
            edges.Where(edge => type is null || edge.Edge.Kind.ActorType == type).Select(edge => Figures(edge, seconds)).ToArray(),
            type is null ? [] : types.SelectMany(one => Enum.GetValues<HotIndicator>().Select(by => one.Hot.Top(by).ToArray())).ToArray()));
    }

    private static HostTypeFigures Figures(TypeTelemetry type)
    {
        var (activations, failed) = type.RecentActivations;
        return new HostTypeFigures(
            type.Name, type.Live.Count, type.QueueLength, ActorMetrics.LongestQueue(type), type.HasStateSize ? type.StateSize : null, type.Restarts, type.IsGrain)
        {
            IsSequential = type.IsSequential, Activations = activations, FailedActivations = failed,
            FailedActivationsSinceStart = type.FailedActivations, RefusedByFullQueue = type.RefusedByFullQueue, ActivationError = type.ActivationError is { } error ? Redactor.Clean(error) : null,
        };
    }

    public Task<ActorView> LookAsync(ActorAddress actor) => Task.FromResult(actors.Read(actor));

    public Task<StuckView> StuckAsync() => stuck.ReadAsync();

    // Not on the scheduler of the inspector: it reads stacks.
    public Task<CallersView> CallersAsync(ActorAddress[] callers) => Task.Run(() => waiting.Read(callers));

    public Task<AskedEdge[]> AsksAsync() => Task.FromResult(possibleDeadlocks.Asks());

    public Task<TraceView> TraceAsync(Guid correlationId) => Task.FromResult(traces.Read(correlationId));

    public Task<MessagesView> MessagesAsync(MessageFilter filter) => Task.FromResult(traces.Read(filter));

    public Task<LogsView> LogsAsync(LogFilter filter) => Task.FromResult(logs.Read(filter));

    public Task<HostView> ProcessAsync() => Task.FromResult(host.Read());

    public Task<ActorIdsView> IdsAsync(string type, string contains, int limit) => Task.FromResult(host.Ids(type, contains, limit));

    public Task<TimedRule<DiagnosticOverride>[]> SetDiagnosticsAsync(TimedRule<DiagnosticOverride> wanted)
    {
        diagnostics.Rules.Set(wanted.Rule, wanted.Left);
        return DiagnosticsAsync();
    }

    public Task<TimedRule<DiagnosticOverride>[]> DiagnosticsAsync() => Task.FromResult(diagnostics.Rules.Current());

    public Task<TimedRule<Quarantine>[]> SetQuarantineAsync(TimedRule<Quarantine> wanted)
    {
        quarantines.Set(wanted.Rule, wanted.Left);
        return QuarantinesAsync();
    }

    public Task<TimedRule<Quarantine>[]> QuarantinesAsync() => Task.FromResult(quarantines.Current());

    private EdgeFigures Figures(EdgeCounts counts, double seconds) => new(
        counts.Edge.Source, counts.Edge.Kind.ActorType, counts.Edge.Kind.MessageType, counts.Total[..Outcomes.Count],
        Array.ConvertAll(counts.Recent[..Outcomes.Count], recent => seconds > 0 ? recent / seconds : 0),
        counts.Recent[Outcomes.Count..FlowEdge.QueueSum],
        counts.Edge.Kind.IsCall ? null : (double)counts.Recent[FlowEdge.QueueSum] / telemetry.Frequency,
        (double)counts.Recent[FlowEdge.ProcessingSum] / telemetry.Frequency);
}

internal sealed class ActorHostInspectors(IServiceProvider services) : GrainServiceClient<IActorHostInspector>(services)
{
    public IActorHostInspector Of(SiloAddress host) => GetGrainService(host);
}
