using System.ComponentModel;
using System.Globalization;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Actors.Operations;
using Choir.Observatory.Api.Actors;
using Choir.Observatory.Api.Problems;
using Choir.Observatory.Live;
using Choir.Observatory.SignIn;
using Choir.Redaction;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace Choir.Observatory.Assistants;

/// <summary>
/// What assistants with the key of an operator can do over the Model Context Protocol, if <see cref="ObservatoryOptions.AssistantActions"/>
/// allows it. Each use is logged before, like an action on a page.
/// </summary>
internal sealed class AssistantActions(
    ActorControls actors, IActorInspection inspection, IHttpContextAccessor http, ObservatoryOptions options,
    ILogger<ObservatoryUser> logger)
{
    private const int MaxMinutes = 1_440;
    private const int MaxLogged = 500;

    private static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(20);

    [McpServerTool(Name = "ping_actor", Title = "Ping an actor", ReadOnly = false, Destructive = false, Idempotent = true)]
    [Description("Sends PING to an actor and returns its answer. Loads the actor if it is not in memory. Only with an operator's key.")]
    public Task<string> PingAsync(
        [Description("The type's name.")] string type, [Description("The actor's id.")] string id, CancellationToken cancellationToken) =>
        ActAsync("Ping", type, id, async (actor, _) =>
        {
            var reply = await actors.RequiredClient.Ask(actor, "PING", "{}"u8.ToArray(), new SendOptions { Timeout = ReplyTimeout }, cancellationToken);
            return reply.IsError ? throw new McpException(ActorErrors.Sentence(reply.Error())) : $"{reply.Type} {JsonRedactor.Clean(reply.Data)}";
        });

    [McpServerTool(Name = "restart_actor", Title = "Restart an actor", ReadOnly = false, Destructive = true)]
    [Description("Restarts an actor from its stored state, after the messages that wait. Loads it if it is not in memory. Only with an operator's key.")]
    public Task<string> RestartAsync(
        [Description("The type's name.")] string type, [Description("The actor's id.")] string id, CancellationToken cancellationToken) =>
        ActAsync("Restart", type, id, async (actor, _) =>
        {
            await actors.RequiredOperations.RestartAsync(actor, cancellationToken);
            return "It was restarted from its stored state.";
        });

    [McpServerTool(Name = "quarantine_actor", Title = "Quarantine an actor", ReadOnly = false, Destructive = true)]
    [Description("Takes one actor out of service for a time: its messages wait, or are refused. Only with an operator's key.")]
    public Task<string> QuarantineAsync(
        [Description("The type's name.")] string type,
        [Description("The actor's id.")] string id,
        [Description("Why, in a sentence that operators and callers read.")] string reason,
        [Description("pause: messages wait; skip: they are refused.")] QuarantineMode mode = QuarantineMode.Pause,
        [Description("For how many minutes, 1 to 1,440.")] int minutes = 10,
        CancellationToken cancellationToken = default) =>
        ActAsync("Quarantine", type, id, async (actor, user) =>
        {
            var duration = Minutes(minutes);
            var why = QuarantineRequest.CheckReason(reason?.Trim());
            await actors.RequiredOperations.SetQuarantineAsync(new Quarantine(actor.Type, actor.Id, null, mode, why, user, default), duration, cancellationToken);
            return $"In quarantine for {Number(minutes)} minutes.";
        }, $", {mode}, {Number(minutes)} min: {reason?.Trim()}");

    [McpServerTool(Name = "end_quarantine", Title = "End a quarantine", ReadOnly = false, Destructive = false, Idempotent = true)]
    [Description("Ends the quarantine of one actor early. Messages that wait are handled. Only with an operator's key.")]
    public Task<string> EndQuarantineAsync(
        [Description("The type's name.")] string type, [Description("The actor's id.")] string id, CancellationToken cancellationToken) =>
        ActAsync("Release", type, id, async (actor, _) =>
        {
            await actors.RequiredOperations.EndQuarantineAsync(actor.Type, actor.Id, null, cancellationToken);
            return "It has no quarantine of its own any more.";
        });

    [McpServerTool(Name = "log_and_trace", Title = "Log and trace an actor", ReadOnly = false, Destructive = false, Idempotent = true)]
    [Description("Writes all log records of one actor and traces all its messages for a time. The tool logs reads the records. Only with an operator's key.")]
    public Task<string> LogAsync(
        [Description("The type's name.")] string type,
        [Description("The actor's id.")] string id,
        [Description("For how many minutes, 1 to 1,440; 0 ends it.")] int minutes = 10,
        CancellationToken cancellationToken = default) =>
        ActAsync(minutes == 0 ? "EndLog" : "Log", type, id, async (actor, _) =>
        {
            if (minutes == 0)
            {
                await inspection.EndDiagnosticsAsync(actor.Type, actor.Id, cancellationToken);
                return "Records are written and messages are traced as usual.";
            }

            await inspection.SetDiagnosticsAsync(actor.Type, actor.Id, LogLevel.Trace, sampling: 1, Minutes(minutes), cancellationToken);
            return $"All records are written and all messages traced for {Number(minutes)} minutes.";
        }, $", {Number(minutes)} min");

    // The details are logged only if it was done: they were checked by then.
    private Task<string> ActAsync(string action, string type, string id, Func<ActorAddress, string, Task<string>> act, string details = "") => AssistantTools.AnswerAsync(async () =>
    {
        if (!ActorAddress.TryCreate(type, id, out var actor, out var problem))
        {
            throw new McpException(problem);
        }

        if (AssistantSetup.OperatorKeyOf(http.HttpContext) is not { } key)
        {
            logger.AssistantRefused("An assistant", action, actor, "only with the key of an operator");
            throw new McpException("Only with the key of an operator.");
        }

        var user = $"assistant with {KeyNames.Of(key, options)}";
        logger.ActionTaken(user, $"{action} {actor}");
        try
        {
            var answer = await act(actor, user);
            logger.AssistantActed(user, action, actor, details);
            return answer;
        }
        catch (Exception e)
        {
            logger.AssistantRefused(user, action, actor, TextCut.Shorten(Redactor.Clean(e.Message), MaxLogged));
            throw;
        }
    });

    private static TimeSpan Minutes(int minutes) => minutes is >= 1 and <= MaxMinutes
        ? TimeSpan.FromMinutes(minutes)
        : throw new McpException($"The minutes must be from 1 to {MaxMinutes}.");

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
