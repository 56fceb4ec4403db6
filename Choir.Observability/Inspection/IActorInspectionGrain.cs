using System.Diagnostics.CodeAnalysis;
using Choir.Actors.Operations;
using Choir.Observability;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Concurrency;
using Orleans.Metadata;

namespace Choir.Actors.Inspection;

/// <summary>Asks all hosts at once and merges their answers. Called by <see cref="ActorInspection"/>, which may run outside the cluster.</summary>
[Alias("Choir.Actors.Inspection.IActorInspectionGrain")]
internal interface IActorInspectionGrain : IGrainWithIntegerKey
{
    [Alias("Types")] Task<ActorTypesView> TypesAsync();

    /// <returns>Null if no host has answered.</returns>
    [Alias("Type")] Task<ActorTypeView?> TypeAsync(string type);
    [Alias("Look")] Task<ActorView> LookAsync(ActorAddress actor);
    [Alias("Stuck")] Task<StuckView> StuckAsync();
    [Alias("Flow")] Task<FlowView> FlowAsync();
    [Alias("Trace")] Task<TraceView> TraceAsync(Guid correlationId);
    [Alias("Messages")] Task<MessagesView> MessagesAsync(MessageFilter filter);
    [Alias("Logs")] Task<LogsView> LogsAsync(LogFilter filter);
    [Alias("Reminders")] Task<RemindersView> RemindersAsync(ActorAddress actor);
    [Alias("Hosts")] Task<HostsView> HostsAsync();
    [Alias("Ids")] Task<ActorIdsView> IdsAsync(string type, string contains, int limit);
    [Alias("SetDiagnostics")] Task<DiagnosticsView> SetDiagnosticsAsync(string type, string? id, LogLevel? logLevel, double? sampling, TimeSpan duration);
    [Alias("Diagnostics")] Task<DiagnosticsView> DiagnosticsAsync();
    [Alias("SetQuarantine")] Task<QuarantineView> SetQuarantineAsync(Quarantine quarantine, TimeSpan duration);
    [Alias("Quarantines")] Task<QuarantineView> QuarantinesAsync();
}

[GrainType(Type), StatelessWorker, Reentrant]
[SuppressMessage("Performance", "CA1812:Avoid uninstantiated internal classes", Justification = "Orleans creates it.")]
internal sealed class ActorInspectionGrain(HostRoundTrip hosts, CallerCheck callers, ReminderReader reminders, TimeProvider time) : Grain, IActorInspectionGrain
{
    /// <summary>Its grain type.</summary>
    public const string Type = "choir.inspection";

    public async Task<ActorTypesView> TypesAsync()
    {
        var reports = await hosts.AskAsync(host => host.FiguresAsync(null));
        return new ActorTypesView(ClusterFigures.Types(reports), reports.Hosts);
    }

    public async Task<ActorTypeView?> TypeAsync(string type)
    {
        var reports = await hosts.AskAsync(host => host.FiguresAsync(type));
        return ClusterFigures.Types(reports) is [var figures] ? new ActorTypeView(figures, ClusterFigures.Hottest(reports), reports.Hosts)
            : reports.Hosts.Answered.Count > 0 ? new ActorTypeView(ClusterFigures.NoGrains(type), ClusterFigures.Hottest(reports), reports.Hosts)
            : null;
    }

    public async Task<ActorView> LookAsync(ActorAddress actor)
    {
        var quarantines = QuarantinesAsync();
        var reports = await hosts.AskAsync(host => host.LookAsync(actor));
        var live = reports.Values.Select(view => view.Live).FirstOrDefault(live => live is not null);
        return new ActorView(
            actor.Type,
            actor.Id,
            live,
            reports.Values.SelectMany(view => view.Messages).OrderByDescending(hop => hop.StartedAt).Take(ActorReader.MaxEntries).ToArray(),
            reports.Values.SelectMany(view => view.StateChanges).OrderByDescending(change => change.At).Take(ActorReader.MaxEntries).ToArray(),
            (await quarantines).Of(actor.Type, actor.Id),
            reports.Hosts)
        {
            LoadingForMs = live is null ? reports.Values.Max(view => view.LoadingForMs) : null,
        };
    }

    public async Task<StuckView> StuckAsync()
    {
        var quarantines = QuarantinesAsync();
        var asks = hosts.AskAsync(host => host.AsksAsync());
        var stuck = await callers.MergeAsync(await hosts.AskAsync(host => host.StuckAsync()));
        var (possible, isCut) = AskCycles.Find((await asks).Values.SelectMany(edges => edges));
        return stuck with { Quarantines = (await quarantines).Quarantines, PossibleDeadlocks = possible, IsCut = stuck.IsCut || isCut };
    }

    public async Task<FlowView> FlowAsync() => ClusterFigures.Flow(await hosts.AskAsync(host => host.FiguresAsync(null)));

    public async Task<TraceView> TraceAsync(Guid correlationId) =>
        ClusterTrace.Merge(correlationId, await hosts.AskAsync(host => host.TraceAsync(correlationId)));

    public async Task<MessagesView> MessagesAsync(MessageFilter filter)
    {
        var reports = await hosts.AskAsync(host => host.MessagesAsync(filter));
        var found = reports.Values.SelectMany(view => view.Messages).OrderByDescending(hop => hop.StartedAt).ToArray();
        return new MessagesView(
            found.Take(filter.Limit).ToArray(), found.Length > filter.Limit || reports.Values.Any(view => view.IsCut), reports.Hosts);
    }

    public async Task<LogsView> LogsAsync(LogFilter filter)
    {
        var reports = await hosts.AskAsync(host => host.LogsAsync(filter));
        var found = reports.Values.SelectMany(view => view.Records).OrderByDescending(record => record.At).ToArray();
        return new LogsView(
            found.Take(filter.Limit).ToArray(), found.Length > filter.Limit || reports.Values.Any(view => view.IsCut), reports.Hosts,
            reports.Values.Max(view => view.KeptSince))
        {
            // A host of an earlier version does not say it.
            HostsWithoutRecords = reports.Values.SelectMany(view => view.HostsWithoutRecords ?? []).Order(StringComparer.Ordinal).ToArray(),
        };
    }

    public Task<RemindersView> RemindersAsync(ActorAddress actor) => reminders.ReadAsync(actor);

    public async Task<HostsView> HostsAsync()
    {
        var reports = await hosts.AskAsync(host => host.ProcessAsync());
        return new HostsView(reports.Values.ToArray(), reports.Hosts);
    }

    public async Task<ActorIdsView> IdsAsync(string type, string contains, int limit)
    {
        var reports = await hosts.AskAsync(host => host.IdsAsync(type, contains, limit));
        var ids = reports.Values.SelectMany(view => view.Ids).Distinct().Order(StringComparer.Ordinal).ToArray();
        return new ActorIdsView(ids.Take(limit).ToArray(), ids.Length > limit || reports.Values.Any(view => view.IsCut), reports.Hosts);
    }

    public async Task<DiagnosticsView> SetDiagnosticsAsync(string type, string? id, LogLevel? logLevel, double? sampling, TimeSpan duration)
    {
        var wanted = new TimedRule<DiagnosticOverride>(new DiagnosticOverride(type, id, logLevel, sampling, EndAfter(duration)), duration);
        return Merge(await hosts.AskAsync(host => host.SetDiagnosticsAsync(wanted)));
    }

    public async Task<DiagnosticsView> DiagnosticsAsync() => Merge(await hosts.AskAsync(host => host.DiagnosticsAsync()));

    public async Task<QuarantineView> SetQuarantineAsync(Quarantine quarantine, TimeSpan duration)
    {
        var wanted = new TimedRule<Quarantine>(quarantine with { Until = EndAfter(duration) }, duration);
        return Merge(await hosts.AskAsync(host => host.SetQuarantineAsync(wanted)));
    }

    public async Task<QuarantineView> QuarantinesAsync() => Merge(await hosts.AskAsync(host => host.QuarantinesAsync()));

    // Set once, by one clock, so that every host says the same; the rule ends by the monotonic clock of each host.
    private DateTimeOffset EndAfter(TimeSpan duration) => time.GetUtcNow() + duration;

    private static DiagnosticsView Merge(HostReports<TimedRule<DiagnosticOverride>[]> reports) =>
        new(Longest(reports, one => (one.Type, one.Id)), reports.Hosts);

    private static QuarantineView Merge(HostReports<TimedRule<Quarantine>[]> reports) =>
        new(Longest(reports, one => (one.Type, one.Id, one.MessageType)), reports.Hosts);

    /// <summary>The rules of all hosts: of those with the same target the one that applies longest, the first to end first.</summary>
    private static T[] Longest<T, TTarget>(HostReports<TimedRule<T>[]> reports, Func<T, TTarget> target) =>
        reports.Values.SelectMany(rules => rules)
            .GroupBy(one => target(one.Rule))
            .Select(same => same.MaxBy(one => one.Left)!)
            .OrderBy(one => one.Left)
            .Select(one => one.Rule)
            .ToArray();
}
