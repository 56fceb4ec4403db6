using Microsoft.Extensions.Logging;

namespace Choir.Tests.Unit.Observability.Support;

/// <summary>A grain that writes log records of any category.</summary>
public interface ICrier : IGrainWithStringKey
{
    Task CryAsync(string category, LogLevel level, string text);

    Task NameAsync(LogLevel level);
}

/// <inheritdoc cref="ICrier"/>
[GrainType("crier")]
public sealed partial class CrierGrain(ILoggerFactory loggers) : Grain, ICrier
{
    private static readonly Guid Order = Guid.NewGuid();

    /// <summary>Writes records whose fields have names that Choir uses too.</summary>
    public static void Name(ILogger logger, LogLevel level)
    {
        Spawned(logger, level, "Unreal", "77");
        Handled(logger, level, Order);
        Received(logger, level, "OrderPlaced", Order);
    }

    public Task NameAsync(LogLevel level)
    {
        Name(loggers.CreateLogger("Shop.Orders"), level);
        return Task.CompletedTask;
    }

    public Task CryAsync(string category, LogLevel level, string text)
    {
        loggers.CreateLogger(category).Log(level, default, text, null, static (state, _) => state);
        return Task.CompletedTask;
    }

    [LoggerMessage(EventId = 1, Message = "Spawned {ActorType} {ActorId}")]
    private static partial void Spawned(ILogger logger, LogLevel level, string actorType, string actorId);

    [LoggerMessage(EventId = 2, Message = "Order {CorrelationId} handled")]
    private static partial void Handled(ILogger logger, LogLevel level, Guid correlationId);

    [LoggerMessage(EventId = 3, Message = "Got {MessageType} {MessageId}")]
    private static partial void Received(ILogger logger, LogLevel level, string messageType, Guid messageId);
}
