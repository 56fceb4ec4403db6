using Choir.Actors;
using Choir.Actors.Operations;
using Microsoft.Extensions.Logging;

namespace Choir.Observatory;

/// <summary>The log messages of the Observatory.</summary>
internal static partial class Log
{
    [LoggerMessage(10001, LogLevel.Information, "Live pages: {Link} (this link signs in once)", EventName = "observatory_link")]
    public static partial void SignInLinkAvailable(this ILogger logger, string link);

    [LoggerMessage(10002, LogLevel.Information, "{User} signed in to the live pages as {Role}", EventName = "observatory_signed_in")]
    public static partial void SignedIn(this ILogger logger, string user, string role);

    [LoggerMessage(10003, LogLevel.Warning, "A sign-in to the live pages was refused: {Reason}", EventName = "observatory_sign_in_refused")]
    public static partial void SignInRefused(this ILogger logger, string reason);

    [LoggerMessage(10004, LogLevel.Information, "{User} requested: {Action}", EventName = "observatory_action")]
    public static partial void ActionTaken(this ILogger logger, string user, string action);

    [LoggerMessage(10005, LogLevel.Warning, "The live pages cannot read the actors: {Error}", EventName = "observatory_read_failed")]
    public static partial void ReadFailed(this ILogger logger, string error);

    [LoggerMessage(10006, LogLevel.Information, "The live pages read the actors again", EventName = "observatory_read_again")]
    public static partial void ReadsAgain(this ILogger logger);

    [LoggerMessage(10007, LogLevel.Warning, "The links of a trace cannot be made: {Error}", EventName = "observatory_trace_links_failed")]
    public static partial void TraceLinksFailed(this ILogger logger, string error);

    [LoggerMessage(10008, LogLevel.Information, "{User} did this: {Action} {Actor}{Details}", EventName = "observatory_assistant_acted")]
    public static partial void AssistantActed(this ILogger logger, string user, string action, ActorAddress actor, string details);

    [LoggerMessage(10009, LogLevel.Warning, "{User} could not do this: {Action} {Actor}: {Reason}", EventName = "observatory_assistant_refused")]
    public static partial void AssistantRefused(this ILogger logger, string user, string action, ActorAddress actor, string reason);

    [LoggerMessage(10010, LogLevel.Information,
        "Diagnostics of {Target} were changed for {Minutes} min: {Change}",
        EventName = "diagnostics_changed")]
    public static partial void DiagnosticsChanged(
        this ILogger logger, string target, string actorType, string? actorId, string change, double minutes);

    [LoggerMessage(10011, LogLevel.Information, "Diagnostics of {Target} were ended", EventName = "diagnostics_ended")]
    public static partial void DiagnosticsEnded(this ILogger logger, string target, string actorType, string? actorId);

    [LoggerMessage(10012, LogLevel.Warning,
        "Quarantine ({QuarantineMode}) of {Target} was set for {Minutes} min by {By}: {Reason}",
        EventName = "quarantine_set")]
    public static partial void QuarantineSet(
        this ILogger logger, string target, string actorType, string? actorId, string? quarantinedMessageType, QuarantineMode quarantineMode,
        double minutes, string by, string reason);

    [LoggerMessage(10013, LogLevel.Information,
        "Quarantine of {Target} was ended by {By}", EventName = "quarantine_ended")]
    public static partial void QuarantineEnded(
        this ILogger logger, string target, string actorType, string? actorId, string? quarantinedMessageType, string by);

    [LoggerMessage(10014, LogLevel.Information, "{ActorType}/{ActorId} was restarted by {By}", EventName = "actor_restarted_by_operator")]
    public static partial void ActorRestarted(this ILogger logger, string actorType, string actorId, string by);

    [LoggerMessage(10015, LogLevel.Warning, "The live pages cannot read quarantines and diagnostics: {Error}", EventName = "observatory_rules_not_read")]
    public static partial void RulesNotRead(this ILogger logger, string error);

    [LoggerMessage(10016, LogLevel.Information, "{User} did this on the live pages: {Action}{Details}", EventName = "observatory_action_done")]
    public static partial void ActionDone(this ILogger logger, string user, string action, string details);

    [LoggerMessage(10017, LogLevel.Warning, "{User} could not do this on the live pages: {Action}: {Reason}", EventName = "observatory_action_refused")]
    public static partial void ActionRefused(this ILogger logger, string user, string action, string reason);
}
