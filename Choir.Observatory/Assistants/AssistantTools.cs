using System.ComponentModel;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Observatory.Api;
using Choir.Observatory.Api.Problems;
using Choir.Observatory.History;
using Choir.Observatory.Live;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace Choir.Observatory.Assistants;

/// <summary>
/// What assistants can ask over the Model Context Protocol: the same as the inspection routes and the pages. None of it changes anything.
/// </summary>
internal sealed class AssistantTools(IActorInspection inspection, LiveFigures live, ObservatoryOptions options)
{
    private const int MaxIds = 100;
    private const int MaxAlerts = 200;
    private const int DefaultMessages = 50;

    [McpServerTool(Name = "why", Title = "What is wrong", ReadOnly = true)]
    [Description("What is wrong now, in one to three sentences with shares and evidence; nothing stands out if there is nothing. Start here.")]
    public Task<WhyView> WhyAsync(CancellationToken cancellationToken) => AnswerAsync(() => live.WhyAsync(cancellationToken));

    [McpServerTool(Name = "actor_types", Title = "Actor types", ReadOnly = true)]
    [Description("All actor types with counts, rates, p50, p95, p99, errors, refusals, queues, state sizes and restarts. Rates and times cover the last minute.")]
    public Task<ActorTypesView> TypesAsync(CancellationToken cancellationToken) => AnswerAsync(() => inspection.TypesAsync(cancellationToken));

    [McpServerTool(Name = "actor_type", Title = "One actor type", ReadOnly = true)]
    [Description("One actor type with its hottest actors by messages, errors, busy time, processing time, queue length and state size.")]
    public Task<ActorTypeView> TypeAsync([Description("The type's name, such as ThreadActor.")] string type, CancellationToken cancellationToken) =>
        AnswerAsync(() => inspection.TypeAsync(type, cancellationToken));

    [McpServerTool(Name = "find_actors", Title = "Find actors", ReadOnly = true)]
    [Description("Ids of actors in memory whose id contains a text, at most 100.")]
    public Task<ActorIdsView> FindAsync(
        [Description("The type's name.")] string type, [Description("The text; empty for any id.")] string contains, CancellationToken cancellationToken) =>
        AnswerAsync(() => inspection.IdsAsync(type, contains, MaxIds, cancellationToken));

    [McpServerTool(Name = "actor", Title = "One actor", ReadOnly = true)]
    [Description("One actor: state without secrets, what it handles and waits for, its last messages and state changes, quarantines. Does not load it.")]
    public Task<ActorView> ActorAsync(
        [Description("The type's name.")] string type, [Description("The actor's id.")] string id, CancellationToken cancellationToken) =>
        AnswerAsync(() => ActorAddress.TryCreate(type, id, out var address, out var problem)
            ? inspection.ActorAsync(address, cancellationToken)
            : throw new McpException(problem));

    [McpServerTool(Name = "flow", Title = "Message flow", ReadOnly = true)]
    [Description("Which actor type sends which messages to which, with rates, percentiles and errors of the last minute.")]
    public Task<FlowView> FlowAsync(CancellationToken cancellationToken) => AnswerAsync(() => inspection.FlowAsync(cancellationToken));

    [McpServerTool(Name = "stuck", Title = "Stuck actors", ReadOnly = true)]
    [Description("Handlers that run too long with the lines of code at which they stand, actors that wait for each other, deadlocks, possible ones (types that ask each other in a cycle), and quarantines.")]
    public Task<StuckView> StuckAsync(CancellationToken cancellationToken) => AnswerAsync(() => inspection.StuckAsync(cancellationToken));

    [McpServerTool(Name = "hosts", Title = "Hosts", ReadOnly = true)]
    [Description("The processes of the actor hosts: CPU, memory, garbage collection, thread pool, actors and queues.")]
    public Task<HostsView> HostsAsync(CancellationToken cancellationToken) => AnswerAsync(() => inspection.HostsAsync(cancellationToken));

    [McpServerTool(Name = "messages", Title = "Recorded messages", ReadOnly = true)]
    [Description("The latest recorded messages that meet all given conditions, newest first, with queue and processing time, outcome and error.")]
    public Task<MessagesView> MessagesAsync(
        [Description("The receiver's type.")] string? type = null,
        [Description("The receiver's id.")] string? id = null,
        [Description("The message type.")] string? messageType = null,
        [Description("Only failed ones.")] bool failedOnly = false,
        [Description("Only those that took longer than this, in ms.")] double? slowerThanMs = null,
        [Description("How many, 1 to 1,000.")] int limit = DefaultMessages,
        CancellationToken cancellationToken = default) =>
        AnswerAsync(() => inspection.MessagesAsync(new MessageFilter(type, id, messageType, null, failedOnly, slowerThanMs, limit), cancellationToken));

    [McpServerTool(Name = "trace", Title = "One trace", ReadOnly = true)]
    [Description("All recorded messages of a correlation or a trace, in order, sampled or not.")]
    public Task<TraceView> TraceAsync([Description("The correlation id, or the 32 hexadecimal digits of a trace id.")] string id, CancellationToken cancellationToken) =>
        AnswerAsync(() => inspection.TraceAsync(IdOf(id), cancellationToken));

    [McpServerTool(Name = "logs", Title = "Log records", ReadOnly = true)]
    [Description("The latest log records that the hosts keep about actors and correlations and that meet all given conditions, newest first, without secrets.")]
    public Task<LogsView> LogsAsync(
        [Description("The actor's type.")] string? type = null,
        [Description("The actor's id.")] string? id = null,
        [Description("The lowest level: trace, debug, information, warning, error or critical.")] LogLevel? level = null,
        [Description("The correlation id, or the 32 hexadecimal digits of a trace id.")] string? correlationId = null,
        [Description("How many, 1 to 1,000.")] int limit = DefaultMessages,
        CancellationToken cancellationToken = default) =>
        AnswerAsync(() => inspection.LogsAsync(new LogFilter(correlationId is null ? null : IdOf(correlationId), type, id, level, limit), cancellationToken));

    [McpServerTool(Name = "reminders", Title = "Reminders of an actor", ReadOnly = true)]
    [Description("The reminders of one actor with their periods and when they are due next. Does not load it.")]
    public Task<RemindersView> RemindersAsync(
        [Description("The type's name.")] string type, [Description("The actor's id.")] string id, CancellationToken cancellationToken) =>
        AnswerAsync(() => ActorAddress.TryCreate(type, id, out var address, out var problem)
            ? inspection.RemindersAsync(address, cancellationToken)
            : throw new McpException(problem));

    [McpServerTool(Name = "changes", Title = "What changed lately", ReadOnly = true)]
    [Description("Hosts that came, left or restarted, times in which no host answered, deployed versions, quarantines and diagnostics that were set or ended, as far as this process has seen; the latest first.")]
    public IReadOnlyList<ClusterEvent> Changes() => live.Events.Latest;

    [McpServerTool(Name = "health", Title = "Health of components", ReadOnly = true)]
    [Description("The health of each component of the application over the last hour: the times with the same status, each with the reason at its beginning. Where none is, it was not read.")]
    public HealthHistoryView Health() => options.Health is not null
        ? live.HealthHistoryView
        : throw new McpException("This application has no health to show.");

    [McpServerTool(Name = "work", Title = "Work of the application", ReadOnly = true)]
    [Description("Facts about the application's work that are no figures of actors, such as how much of it waits somewhere.")]
    public Task<IReadOnlyList<ObservatoryFact>> WorkAsync(CancellationToken cancellationToken) => options.Facts is not null
        ? OfSourceAsync("facts", live.Sources.FactsAsync, cancellationToken)
        : throw new McpException("This application has no facts to show.");

    [McpServerTool(Name = "alerts", Title = "Alerts", ReadOnly = true)]
    [Description("The alerts that fire or are pending, at most 200, and how old the list is. isCut: there are more.")]
    public async Task<ObservatoryAlertList> AlertsAsync(CancellationToken cancellationToken)
    {
        var list = await OfSourceAsync("alerts", live.Sources.AlertsAsync, cancellationToken)
            ?? throw new McpException("This application has no alerts to show.");
        return list.Alerts.Count > MaxAlerts ? list with { Alerts = [.. list.Alerts.Take(MaxAlerts)], IsCut = true } : list;
    }

    [McpServerTool(Name = "runbook", Title = "Runbook", ReadOnly = true)]
    [Description("The runbook of an alert as Markdown: what it means, how to confirm it, and what to do.")]
    public string Runbook([Description("The alert's name.")] string alert) =>
        options.Alerts?.Runbook(alert) ?? throw new McpException($"There is no runbook for {alert}.");

    [McpServerTool(Name = "history", Title = "Figures of the last hour", ReadOnly = true)]
    [Description("The values of a figure over the last hour, one every five seconds, null where the hosts were not read. Without a name: the names of all figures.")]
    public object History(
        [Description("The figure's name, such as cluster/messages_per_second or type/ThreadActor/p95_ms; omit it for the names.")] string? name = null,
        [Description("How many minutes, 1 to 60.")] int minutes = 60) =>
        name is null ? live.History.Names()
        : !live.History.Names().Contains(name) ? throw new McpException($"There is no figure {name}. Call this tool without a name for all names.")
        : live.History.Read(name, TimeSpan.FromMinutes(Math.Clamp(minutes, 1, 60)));

    private static Guid IdOf(string id) => Guid.TryParse(id, out var wanted)
        ? wanted
        : throw new McpException("The id must be a UUID, or have 32 hexadecimal digits.");

    // The application's own code may throw anything.
    private static async Task<T> OfSourceAsync<T>(string what, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new McpException($"The {what} cannot be read now{(e is TimeoutException or OperationCanceledException ? ": there was no answer in time" : "")}.");
        }
    }

    // The protocol's library tells assistants the message of this exception only.
    internal static async Task<T> AnswerAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is ActorErrorException or ActorUnavailableException or InspectionUnavailableException or ArgumentException or ApiProblemException)
        {
            throw new McpException(ActorErrors.Sentence(e) ?? e.Message);
        }
    }
}
