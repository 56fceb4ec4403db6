using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Choir.Actors.Inspection;
using Choir.Actors.Operations;
using Choir.Observatory.Api;
using Choir.Observatory.Api.Actors;
using Choir.Observatory.Api.Problems;
using Choir.Observatory.Live;
using Choir.Redaction;

namespace Choir.Observatory.Runbooks;

/// <summary>Answers the queries of a runbook: paths of the API in this process, as their routes do, and expressions by the application's store of metrics.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever fails in one query is said beside it, and the others are answered.")]
internal sealed class RunbookAnswers(IActorInspection inspection, ActorControls actors, LiveFigures live, ObservatoryOptions options, TimeProvider time)
{
    /// <summary>The most series of an answer.</summary>
    public const int MaxSeries = 10;

    /// <summary>The most characters of JSON of an answer.</summary>
    public const int MaxJson = 128 << 10;

    private const int MaxAtOnce = 4;
    private const int MaxDeadLetters = 20;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Answers the queries, some at a time.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="alerts">The alerts of the runbook that fire, which say what placeholders stand for.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    public async Task<IReadOnlyDictionary<RunbookQuery, RunbookAnswer>> AnswerAsync(
        IEnumerable<RunbookQuery> queries, IReadOnlyList<ObservatoryAlert> alerts, CancellationToken cancellationToken)
    {
        using var room = new SemaphoreSlim(MaxAtOnce);
        return (await Task.WhenAll(queries.Distinct().Select(async query =>
        {
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return (Query: query, Answer: await AnswerAsync(query, alerts, cancellationToken).ConfigureAwait(false));
            }
            finally
            {
                room.Release();
            }
        })).ConfigureAwait(false)).ToDictionary(one => one.Query, one => one.Answer);
    }

    private async Task<RunbookAnswer> AnswerAsync(RunbookQuery query, IReadOnlyList<ObservatoryAlert> alerts, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return query.IsPath
                ? await OfPathAsync(query, alerts, both.Token).WaitAsync(both.Token).ConfigureAwait(false)
                : await OfExpressionAsync(query, alerts, both.Token).WaitAsync(both.Token).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception) when (limit.IsCancellationRequested)
        {
            return new RunbookAnswer($"There was no answer within {Timeout.TotalSeconds:0} s.");
        }
        catch (Exception exception)
        {
            return new RunbookAnswer(ActorErrors.Of(exception) is { } problem ? Redactor.Clean(problem.Message) : "The query failed.");
        }
    }

    private async Task<RunbookAnswer> OfExpressionAsync(RunbookQuery query, IReadOnlyList<ObservatoryAlert> alerts, CancellationToken cancellationToken)
    {
        if (options.Metrics is not { } metrics)
        {
            return query.IsName ? RunbookAnswer.Nothing : RunbookAnswer.NeedsMetrics;
        }

        var answer = await metrics.QueryAsync(query.Text, cancellationToken).ConfigureAwait(false);
        if (answer.Problem is not null || answer.Series.Count == 0)
        {
            // A name without a series may be no metric at all.
            return query.IsName ? RunbookAnswer.Nothing : new RunbookAnswer(answer.Problem) { Series = [] };
        }

        var wanted = query.OfLabel is { } label ? alerts.Select(alert => alert.Labels.GetValueOrDefault(label)).FirstOrDefault(value => value is not null) : null;
        var series = answer.Series.Where(one => one.Points.Count > 0 && (wanted is null || one.Labels.GetValueOrDefault(query.OfLabel!) == wanted)).OrderByDescending(one => one.Points[^1].Value).ToArray();
        return new RunbookAnswer { Series = [.. series.Take(MaxSeries)], LeftOut = Math.Max(0, series.Length - MaxSeries), Unreadable = answer.Unreadable };
    }

    private async Task<RunbookAnswer> OfPathAsync(RunbookQuery query, IReadOnlyList<ObservatoryAlert> alerts, CancellationToken cancellationToken)
    {
        var (path, missing) = RunbookTarget.Fill(query.Text, alerts);
        if (missing is not null)
        {
            return new RunbookAnswer($"No alert that fires says what {missing} is.");
        }

        string[] parts = [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
        Task<JsonNode?>? asked = parts switch
        {
            ["actors"] => JsonAsync(inspection.TypesAsync(cancellationToken)),
            ["actors", "stuck"] => JsonAsync(inspection.StuckAsync(cancellationToken)),
            ["actors", var type] => JsonAsync(inspection.TypeAsync(ActorPath.Type(type), cancellationToken)),
            ["actors", var type, var id] => JsonAsync(ActorInspectionApi.DetailsAsync(inspection, ActorPath.Address(type, id), cancellationToken)),
            ["flow"] => JsonAsync(inspection.FlowAsync(cancellationToken)),
            ["why"] => JsonAsync(live.WhyAsync(cancellationToken)),
            ["quarantines"] when actors.Operations is { } operations => JsonAsync(operations.QuarantinesAsync(null, null, cancellationToken)),
            ["traces", var id] => JsonAsync(TraceApi.TraceAsync(inspection, id, cancellationToken)),
            ["health"] when options.Health is not null => JsonAsync(live.Sources.HealthAsync(cancellationToken)),
            ["alerts"] when options.Alerts is not null => JsonAsync(live.Sources.AlertsAsync(cancellationToken)),
            ["dead-letters"] when options.DeadLetters is { } letters => JsonAsync(letters.ListAsync(null, MaxDeadLetters, cancellationToken)),
            _ when options.RunbookRoutes.TryGetValue(path, out var route) => JsonAsync(route(cancellationToken)),
            _ => null,
        };
        if (asked is null)
        {
            return new RunbookAnswer("This page cannot ask this route. Ask it as the runbook says.") { Path = path };
        }

        var selected = FieldSelection.Select(await asked.ConfigureAwait(false), query.Fields);
        var json = selected?.ToJsonString(ObservatoryJson.Options) ?? "null";
        return json.Length > MaxJson
            ? new RunbookAnswer($"The answer is larger than {MaxJson >> 10} KiB.") { Path = path }
            : new RunbookAnswer { Json = JsonElement.Parse(json), Path = path };
    }

    private static async Task<JsonNode?> JsonAsync<T>(Task<T> answer) =>
        JsonSerializer.SerializeToNode(await answer.ConfigureAwait(false), ObservatoryJson.Options);
}

/// <summary>The answer to a query of a runbook.</summary>
/// <param name="Problem">Why there is no answer, in a sentence; null if there is one.</param>
public sealed record RunbookAnswer(string? Problem = null)
{
    /// <summary>The answer to what is no query.</summary>
    internal static readonly RunbookAnswer Nothing = new();

    /// <summary>The answer to an expression where there is nothing to ask.</summary>
    internal static readonly RunbookAnswer NeedsMetrics = new("Needs Prometheus, which is not configured here.");

    /// <summary>The path that was asked, with the values of its placeholders.</summary>
    public string? Path { get; init; }

    /// <summary>The answer of a route, with the fields that the runbook names; null for an expression.</summary>
    public JsonElement? Json { get; init; }

    /// <summary>The series of an expression, the highest value first; null for a route.</summary>
    public IReadOnlyList<MetricsSeries>? Series { get; init; }

    /// <summary>How many further series there are.</summary>
    public int LeftOut { get; init; }

    /// <summary>How many further series could not be read.</summary>
    public int Unreadable { get; init; }
}
