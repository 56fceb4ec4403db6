using System.Diagnostics.CodeAnalysis;
using Choir.Actors.Hosting;
using Choir.Actors.Telemetry;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Runtime.Services;
using Orleans.Services;

namespace Choir.Actors.Inspection;

/// <summary>Tells what its host has counted and kept. One in each host; asked through <see cref="IActorInspectionGrain"/>.</summary>
[Alias("Choir.Actors.Inspection.IActorHostInspector")]
internal interface IActorHostInspector : IGrainService
{
    /// <summary>Figures of all types, or of one with its hottest actors.</summary>
    [Alias("Figures")]
    Task<HostFigures> FiguresAsync(string? type);

    /// <summary>What the host knows of an actor. Does not bring it into memory.</summary>
    [Alias("Look")]
    Task<HostActor> LookAsync(ActorAddress actor);

    /// <summary>Handlers that run too long, and waits.</summary>
    [Alias("Stuck")]
    Task<HostStuck> StuckAsync();

    /// <summary>What the host holds of a correlation.</summary>
    [Alias("Trace")]
    Task<HostTrace> TraceAsync(Guid correlationId);

    /// <summary>Puts an override in force, or ends one if its time is over; gives all that are.</summary>
    [Alias("SetDiagnostics")]
    Task<DiagnosticOverride[]> SetDiagnosticsAsync(DiagnosticOverride wanted);

    /// <summary>The overrides in force.</summary>
    [Alias("Diagnostics")]
    Task<DiagnosticOverride[]> DiagnosticsAsync();
}

/// <inheritdoc cref="IActorHostInspector"/>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever a log provider throws, the host goes on.")]
internal sealed class ActorHostInspector(
    GrainId grainId,
    Silo silo,
    ILoggerFactory loggers,
    ActorTelemetry telemetry,
    DiagnosticOverrides diagnostics,
    FigureReader figures,
    ActorReader actors,
    TraceReader traces,
    StuckReader stuck)
    : GrainService(grainId, silo, loggers), IActorHostInspector
{
    // The engine writes a record before it starts or stops a service. A log provider that throws then must keep no host
    // from starting.
    private readonly ILogger _logger = new QuietLogger(loggers.CreateLogger<ActorHostInspector>());

    /// <inheritdoc/>
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

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public Task<HostFigures> FiguresAsync(string? type) => Task.FromResult(figures.Read(telemetry.Types, type));

    /// <inheritdoc/>
    public Task<HostActor> LookAsync(ActorAddress actor) => Task.FromResult(actors.Read(actor));

    /// <inheritdoc/>
    public Task<HostStuck> StuckAsync() => stuck.ReadAsync();

    /// <inheritdoc/>
    public Task<HostTrace> TraceAsync(Guid correlationId) => Task.FromResult(traces.Read(correlationId));

    /// <inheritdoc/>
    public Task<DiagnosticOverride[]> SetDiagnosticsAsync(DiagnosticOverride wanted)
    {
        diagnostics.Set(wanted);
        return DiagnosticsAsync();
    }

    /// <inheritdoc/>
    public Task<DiagnosticOverride[]> DiagnosticsAsync() => Task.FromResult(diagnostics.Current());
}

/// <summary>Reaches the inspectors of other hosts.</summary>
internal sealed class ActorHostInspectors(IServiceProvider services) : GrainServiceClient<IActorHostInspector>(services)
{
    /// <summary>The inspector of a host.</summary>
    public IActorHostInspector Of(SiloAddress host) => GetGrainService(host);
}
