using Microsoft.Extensions.Logging;

namespace Choir.Tests.Unit.Observability.Support;

/// <summary>A grain that writes log records of any category.</summary>
public interface ICrier : IGrainWithStringKey
{
    Task CryAsync(string category, LogLevel level, string text);
}

/// <inheritdoc cref="ICrier"/>
[GrainType("crier")]
public sealed class CrierGrain(ILoggerFactory loggers) : Grain, ICrier
{
    public Task CryAsync(string category, LogLevel level, string text)
    {
        loggers.CreateLogger(category).Log(level, default, text, null, static (state, _) => state);
        return Task.CompletedTask;
    }
}
