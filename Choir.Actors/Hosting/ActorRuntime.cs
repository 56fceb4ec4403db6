using Choir.Actors.Messaging;
using Choir.Actors.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace Choir.Actors.Hosting;

/// <summary>The services that all actors of a host share.</summary>
internal sealed class ActorRuntime(
    ActorTypes types,
    Postman postman,
    ProcessClock clock,
    DeadLetters deadLetters,
    ActorTelemetry telemetry,
    ActorTracing tracing,
    MessageLog messageLog,
    IOptions<ActorOptions> options,
    ILocalSiloDetails host,
    ISiloStatusOracle status,
    ILoggerFactory loggers)
{
    public ActorTypes Types { get; } = types;

    public Postman Postman { get; } = postman;

    public ProcessClock Clock { get; } = clock;

    public DeadLetters DeadLetters { get; } = deadLetters;

    public ActorTelemetry Telemetry { get; } = telemetry;

    public ActorTracing Tracing { get; } = tracing;

    public MessageLog MessageLog { get; } = messageLog;

    /// <summary>The host as <c>name (address)</c>.</summary>
    public string HostName { get; } = $"{host.Name} ({host.SiloAddress})";

    public bool IsStopping => status.CurrentStatus.IsTerminating();

    public ActorOptions Options { get; } = options.Value;

    public ILogger Logger { get; } = new QuietLogger(loggers.CreateLogger("Choir.Actors"));
}
