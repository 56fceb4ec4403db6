using System.Collections.Concurrent;
using Choir.Actors.Messaging;
using Choir.Observability;
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
    AskGuard askGuard,
    IOptions<ActorOptions> options,
    ILocalSiloDetails host,
    ISiloStatusOracle status,
    IEnumerable<IFailureTranslator> translators,
    ILoggerFactory loggers)
{
    public ActorTypes Types { get; } = types;

    public Postman Postman { get; } = postman;

    public ProcessClock Clock { get; } = clock;

    public DeadLetters DeadLetters { get; } = deadLetters;

    public ActorTelemetry Telemetry { get; } = telemetry;

    public ActorTracing Tracing { get; } = tracing;

    public MessageLog MessageLog { get; } = messageLog;

    /// <summary>The silo's name.</summary>
    public string HostName { get; } = host.Name;

    public bool IsStopping => status.CurrentStatus.IsTerminating();

    public ActorOptions Options { get; } = options.Value;

    /// <summary>Refuses asks that close a cycle; null unless <see cref="ActorOptions.FailsPossibleDeadlocks"/>.</summary>
    public AskGuard? AskGuard { get; } = options.Value.FailsPossibleDeadlocks ? askGuard : null;

    /// <summary>The actors that wait for their restarts. Here instead of a field of each actor: hardly any does.</summary>
    public ConcurrentDictionary<Actor, PendingRestart> Restarts { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Whether the storage provider of actors sets <see cref="IMeasuredState.Size"/>. Known from the first write.</summary>
    public bool StorageMeasures { get; set; }

    public ILogger Logger { get; } = new QuietLogger(loggers.CreateLogger("Choir.Actors"));

    /// <summary>What the sender of a message is told about its handler's exception; null for the exception's message.</summary>
    public ActorError? Translate(Exception exception)
    {
        try
        {
            return translators.Select(translator => translator.Translate(exception)).FirstOrDefault(error => error is not null);
        }
        catch (Exception)
        {
            // The turn must end whatever a translator does. The handler's own exception is logged.
            return null;
        }
    }
}
