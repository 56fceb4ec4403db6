using Choir.Actors.Messaging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Choir.Actors.Hosting;

/// <summary>What every actor of a host shares.</summary>
internal sealed class ActorRuntime(
    ActorTypes types,
    Postman postman,
    ProcessClock clock,
    DeadLetters deadLetters,
    IOptions<ActorOptions> options,
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

    /// <summary>How actors behave.</summary>
    public ActorOptions Options { get; } = options.Value;

    /// <summary>Writes the actors' log.</summary>
    public ILogger Logger { get; } = loggers.CreateLogger("Choir.Actors");
}
