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

    [LoggerMessage(11006, LogLevel.Warning, "Handlers of actor types ask each other in a cycle: {Cycle}. That becomes a deadlock when such asks overlap and meet the same actors; one that has happened is a record of its own", EventName = "actor_possible_deadlock")]
    public static partial void PossibleDeadlock(this ILogger logger, string cycle);

    [LoggerMessage(11007, LogLevel.Warning, "{HostName} did not answer an inspection: {Error}", EventName = "inspection_unanswered")]
    public static partial void HostDidNotAnswer(this ILogger logger, string hostName, string error);

    [LoggerMessage(11008, LogLevel.Warning, "The reminders of {ActorType}/{ActorId} could not be read: {Error}", EventName = "reminders_unreadable")]
    public static partial void RemindersUnreadable(this ILogger logger, string actorType, string actorId, string error);

    [LoggerMessage(11009, LogLevel.Warning, "A log record of Orleans at the {Event} of this host's inspection service could not be written", EventName = "inspection_log_failed")]
    public static partial void InspectorLogFailed(this ILogger logger, string @event, Exception exception);

    [LoggerMessage(11010, LogLevel.Warning, "A serializer of grain states was added after AddChoirObservability, so the sizes of the states that it writes are not known. Call AddChoirObservability last", EventName = "grain_serializer_unobserved")]
    public static partial void SerializerMissed(this ILogger logger);

    [LoggerMessage(11011, LogLevel.Warning, "Changed settings of observability are not valid; the last valid ones stay in use: {Problem}", EventName = "observability_settings_invalid")]
    public static partial void SettingsInvalid(this ILogger logger, string? problem);

    [LoggerMessage(11012, LogLevel.Warning, "The logger factory was replaced after AddChoirObservability or UseChoirActors: an operator cannot log single grains or actors, and their log records are kept only if the new factory uses log providers. Replace it before", EventName = "logger_factory_replaced")]
    public static partial void LoggersReplaced(this ILogger logger);

    [LoggerMessage(11013, LogLevel.Warning, "Grain storage, or a serializer of grain states, has a scoped or transient lifetime: the states in such storage are not observed, and the sizes that such a serializer writes are not known. Register it as a singleton", EventName = "grain_storage_not_singleton")]
    public static partial void StorageNotSingleton(this ILogger logger);

    [LoggerMessage(11014, LogLevel.Warning, "A meter provider that was built outside of the hosts exports the metrics of several silos of this process: its counters and gauges are those of one of them. Add AddChoirObservability to the OpenTelemetry of each host instead", EventName = "meter_provider_shared")]
    public static partial void ProviderShared(this ILogger logger);
}
