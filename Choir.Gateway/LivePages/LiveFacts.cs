using System.Globalization;
using Choir.Actors.Inspection;
using Choir.Contracts.Threads;
using Choir.Gateway.Health;
using Choir.Gateway.Problems;
using Choir.Gateway.Requests;
using Choir.Observatory;
using Choir.Redaction;
using Choir.Storage;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Choir.Gateway.LivePages;

/// <summary>
/// Cycles and the outbox for the live pages: one statement, and two questions to the hosts. And the requests that the gateway refused, which it knows
/// without the database and the hosts: they are shown while these do not answer.
/// </summary>
internal sealed class LiveFacts(
    WorkFiguresReader figures, DatabaseWatch database, IActorInspection inspection, RefusedRequests refused, TimeProvider time) : IObservatoryFacts
{
    private const string CycleResumed = "cycle_resumed";

    /// <summary>How the text of such a record begins, before the cycle's id.</summary>
    private const string ResumedCycle = "Resuming cycle ";
    private const double NearLimit = 0.8;
    private const int MaxError = 300;
    private static readonly TimeSpan LongWait = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly LogFilter Resumed = new(ActorType: ThreadMessages.ActorType, MinLevel: LogLevel.Warning, Limit: LogFilter.MaxLimit);

    // Below the time in which the Observatory waits for all facts.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public async Task<IReadOnlyList<ObservatoryFact>> FactsAsync(CancellationToken cancellationToken) =>
        [.. await WorkAsync(cancellationToken), RefusedFact.Of(refused.Read())];

    private async Task<IReadOnlyList<ObservatoryFact>> WorkAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReadAsync(limit.Token);
        try
        {
            return await reading.WaitAsync(Timeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return [Unknown("They were not read in time.")];
        }
        catch (Exception e) when (ExceptionProblem.Of(e) is { } problem)
        {
            return [Unknown($"They cannot be read. {Redactor.Clean(problem.Message)}")];
        }
        finally
        {
            await limit.CancelAsync();
            reading.Ignore();
        }
    }

    private async Task<IReadOnlyList<ObservatoryFact>> ReadAsync(CancellationToken cancellationToken)
    {
        var (hosts, logs) = (inspection.HostsAsync(cancellationToken), inspection.LogsAsync(Resumed, cancellationToken));
        var work = await database.ReadAsync(figures.ReadAsync, cancellationToken);
        await Task.WhenAll(hosts, logs);
        return Facts(work, await hosts, await logs, time.GetUtcNow());
    }

    internal static IReadOnlyList<ObservatoryFact> Facts(WorkFigures work, HostsView hosts, LogsView logs, DateTimeOffset now)
    {
        var limits = hosts.Hosts.SelectMany(host => host.Dependencies).Where(one => one.Name == CycleLimit.Dependency).ToArray();
        var fullest = limits.Where(one => one.Limit > 0).Select(one => (double)one.InUse / one.Limit!.Value).DefaultIfEmpty().Max();
        var resumptions = logs.Records.Where(record => record.Event == CycleResumed && now - record.At < Hour).ToArray();
        var resumed = resumptions.DistinctBy(CycleOf).Count();
        return
        [
            new("Running", work.Running, Cycles(work.Running), fullest >= 1 ? ObservatoryFactState.Bad : fullest >= NearLimit ? ObservatoryFactState.Warning : ObservatoryFactState.Good,
                Join(
                    limits.Length > 0 ? $"at most {Number(limits.Sum(one => (long)(one.Limit ?? 0)))} on {Number(limits.Length)} {(limits.Length == 1 ? "host" : "hosts")}" : null,
                    work.OldestRunning is { } oldest ? $"the oldest for {Span(now - oldest)}" : null)),
            new("Resumed in the last hour", resumed, Cycles(resumed), resumed > 0 ? ObservatoryFactState.Warning : ObservatoryFactState.Good,
                Join(
                    logs.IsCut ? "at least; the hosts have more warnings" : null,
                    resumptions.Length > resumed ? $"{Number(resumptions.Length)} times in all" : null)),
            new("Failed in the last hour", work.RecentFailed, Cycles(work.RecentFailed), work.RecentFailed > 0 ? ObservatoryFactState.Bad : ObservatoryFactState.Good,
                $"of {Number(work.Recent)}{(work.Recent >= WorkFiguresReader.MaxRecent ? " that were accepted last" : "")}"),
            new("Wait for the chain", work.Unanchored, Cycles(work.Unanchored),
                work.Stuck > 0 ? ObservatoryFactState.Bad : work.OldestUnanchored is { } since && now - since > LongWait ? ObservatoryFactState.Warning : ObservatoryFactState.Good,
                Join(
                    work.Stuck > 0 ? $"{Number(work.Stuck)} stuck" : null,
                    work.OldestUnanchored is { } first ? $"the oldest for {Span(now - first)}" : null,
                    work.LastError is { } error ? $"last error: {TextCut.Shorten(Redactor.Clean(error), MaxError)}" : null)),
        ];
    }

    // A cycle may be resumed at several phases, and at each several times: each has a record, which begins with the cycle.
    private static string CycleOf(ActorLogRecord record) =>
        record.Text.StartsWith(ResumedCycle, StringComparison.Ordinal) && record.Text.IndexOf(' ', ResumedCycle.Length) is > 0 and var end
            ? record.Text[ResumedCycle.Length..end]
            : $"{record.ActorId} {record.Text}";

    private static ObservatoryFact Unknown(string why) => new("Cycles", null, null, ObservatoryFactState.Warning, why);

    private static string Cycles(long count) => count == 1 ? "cycle" : "cycles";

    private static string? Join(params string?[] parts) => parts.Any(part => part is not null) ? string.Join("; ", parts.OfType<string>()) : null;

    private static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Span(TimeSpan span) => span.TotalSeconds < 120
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, span.TotalSeconds):0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:#,0} min");
}
