using Microsoft.Extensions.Logging;

namespace Choir.Observability;

/// <summary>Every log message of telemetry. Its event ids are 11000 to 11999.</summary>
internal static partial class Log
{
    [LoggerMessage(11001, LogLevel.Warning, "{Count} different asks between actors were noted, the limit of FailsPossibleDeadlocks: cycles that further ones close are not refused", EventName = "actor_ask_guard_full")]
    public static partial void AskGuardFull(this ILogger logger, int count);

    [LoggerMessage(11002, LogLevel.Warning, "Actor histograms are recorded one value at a time, which costs more: {Reason}", EventName = "histograms_recorded_singly")]
    public static partial void HistogramsRecordedSingly(this ILogger logger, string reason);

    [LoggerMessage(11003, LogLevel.Error, "Telemetry of a message failed; the message is not affected", EventName = "telemetry_failed")]
    public static partial void TelemetryFailed(this ILogger logger, Exception exception);

    [LoggerMessage(11004, LogLevel.Warning, "{Count} actors of {ActorType} were counted as active but were not in the Orleans catalog, for example {ActorId}; the count was corrected", EventName = "actor_count_corrected")]
    public static partial void CatalogueDiffered(this ILogger logger, string actorType, int count, string actorId);

    [LoggerMessage(11005, LogLevel.Warning, "Grain storage was added after AddChoirObservability, so the states in it are not observed. Call AddChoirObservability last", EventName = "grain_storage_unobserved")]
    public static partial void StorageMissed(this ILogger logger);
}
