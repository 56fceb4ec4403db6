using Choir.Actors.Messaging;
using Choir.Actors.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace Choir.Actors.Hosting;

/// <summary>What every actor of a host shares.</summary>
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
    /// <summary>The host's actor classes.</summary>
    public ActorTypes Types { get; } = types;

    /// <summary>Carries messages to other actors.</summary>
    public Postman Postman { get; } = postman;

    /// <summary>The clocks.</summary>
    public ProcessClock Clock { get; } = clock;

    /// <summary>Takes what nobody handled.</summary>
    public DeadLetters DeadLetters { get; } = deadLetters;

    /// <summary>Counts.</summary>
    public ActorTelemetry Telemetry { get; } = telemetry;

    /// <summary>Makes spans.</summary>
    public ActorTracing Tracing { get; } = tracing;

    /// <summary>Writes records of messages.</summary>
    public MessageLog MessageLog { get; } = messageLog;

    /// <summary>The host's name in the cluster.</summary>
    public string HostName { get; } = $"{host.Name} ({host.SiloAddress})";

    /// <summary>Whether the host is on its way out.</summary>
    public bool IsStopping => status.CurrentStatus.IsTerminating();

    /// <summary>How actors behave.</summary>
    public ActorOptions Options { get; } = options.Value;

    /// <summary>Writes the actors' log.</summary>
    public ILogger Logger { get; } = new QuietLogger(loggers.CreateLogger("Choir.Actors"));
}
