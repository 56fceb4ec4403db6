using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Choir.Contracts;
using Choir.Contracts.LoadTests;
using Choir.LoadTest.Reports.Model;
using Choir.ServiceDefaults;
using Choir.ServiceDefaults.Http;

namespace Choir.LoadTest.Reports;

/// <summary>Stores the result of a run in Choir, where <c>GET /load-tests</c> lists it and a page shows its trends.</summary>
public static class StoredResult
{
    private const int MaxAnswerBytes = 64 << 10;
    private const int MaxDetail = 300;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>The part of a report that is stored. Texts that are too long are cut; figures that are no numbers are left out.</summary>
    /// <param name="report">The report.</param>
    public static LoadTestResult Of(LoadReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var machine = report.Machine;
        return Fitting(new LoadTestResult(
            report.Id,
            report.Profile.Name,
            Enum.Parse<LoadTestKind>(report.Profile.Kind.ToString()),
            report.StartedAt,
            report.Seconds,
            report.Passed,
            report.Interrupted,
            new LoadTestMachine(
                machine.Cores, machine.MemoryBytes, Name(machine.Os), Name(machine.Architecture), Name(machine.DotNet)),
            [
                .. report.Figures.Where(figure => double.IsFinite(figure.Value))
                    .Select(figure => new LoadTestFigure(
                        Name(figure.Name), Cut(figure.Unit, LoadTestRules.MaxUnit), figure.HigherIsBetter, figure.Value))
                    .DistinctBy(figure => figure.Name)
                    .Take(LoadTestRules.MaxFigures),
            ],
            [.. report.Objectives.Take(LoadTestRules.MaxObjectives).Select(objective => Objective(report, objective))],
            [.. report.Notes.Where(note => !string.IsNullOrWhiteSpace(note)).Take(LoadTestRules.MaxNotes).Select(note => Cut(note, LoadTestRules.MaxText))]));
    }

    /// <summary>Sends the result to a gateway.</summary>
    /// <param name="report">The report.</param>
    /// <param name="gateway">The gateway's address.</param>
    /// <param name="apiKey">Its API key; null if there is none.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Null if it is stored; else a sentence that says why not. A failure to store is no failure of the run.</returns>
    public static Task<string?> TryStoreAsync(LoadReport report, Uri gateway, string? apiKey, CancellationToken cancellationToken) =>
        TryStoreAsync(report, gateway, apiKey, hasFiles: true, cancellationToken);

    /// <param name="report">The report.</param>
    /// <param name="gateway">The gateway's address.</param>
    /// <param name="apiKey">Its API key; null if there is none.</param>
    /// <param name="hasFiles">Whether the report's files were written.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    internal static async Task<string?> TryStoreAsync(LoadReport report, Uri gateway, string? apiKey, bool hasFiles, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = gateway };
        return await TryStoreAsync(report, client, apiKey, cancellationToken) is { } warning ? hasFiles ? $"{warning} The report's files have it." : warning : null;
    }

    /// <param name="report">The report.</param>
    /// <param name="client">Has the gateway's address.</param>
    /// <param name="apiKey">The API key; null if there is none.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    internal static async Task<string?> TryStoreAsync(LoadReport report, HttpClient client, string? apiKey, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            // Of known length, so that a gateway that is asked for more than it takes says so at once.
            using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(Of(report), ContractJson.Options));
            content.Headers.ContentType = new("application/json");
            using var request = new HttpRequestMessage(HttpMethod.Post, "/load-tests") { Content = content };
            if (apiKey is { Length: > 0 })
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
            }

            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return answer.IsSuccessStatusCode ? null : await ReasonAsync(answer, limit.Token);
        }
        catch (OperationCanceledException)
        {
            return Sentence(cancellationToken.IsCancellationRequested
                ? "it was cancelled" : $"the gateway did not answer within {Timeout.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is HttpRequestException or FormatException or InvalidOperationException or NotSupportedException)
        {
            return Sentence(FailureReason.Of(e));
        }
    }

    /// <summary>An objective in words, such as <c>conversation.p99 at most 1 s</c>.</summary>
    /// <param name="report">Has the figure's unit.</param>
    /// <param name="objective">The objective.</param>
    internal static string Words(LoadReport report, Profiles.LoadObjective objective)
    {
        var unit = report.Figures.FirstOrDefault(figure => figure.Name == objective.Figure)?.Unit;
        var limit = objective.Limit.ToString("0.######", CultureInfo.InvariantCulture);
        return $"{objective.Figure} {(objective.IsAtLeast ? "at least" : "at most")} {limit}{(unit is null or "1" ? "" : $" {unit}")}";
    }

    // Names of own scenarios may be long, and figures and notes many. The first ones are the most general.
    private static LoadTestResult Fitting(LoadTestResult result)
    {
        while (result.Figures.Count + result.Notes.Count > 0 && JsonSerializer.SerializeToUtf8Bytes(result, ContractJson.Options).Length > LoadTestRules.MaxBytes)
        {
            result = result with
            {
                Figures = [.. result.Figures.Take(result.Figures.Count / 2)],
                Notes = [.. result.Notes.Take(result.Notes.Count / 2)],
            };
        }

        return result;
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var status = (int)answer.StatusCode;
        if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
        {
            return Sentence($"the gateway has no POST /load-tests ({status}); it may be an earlier version");
        }

        var body = await answer.Content.ReadAtMostAsync(MaxAnswerBytes, cancellationToken);
        return Sentence(DetailOf(body) is { } detail ? $"the gateway answered {status}: {detail}" : $"the gateway answered {status}");
    }

    private static string? DetailOf(byte[]? body)
    {
        try
        {
            return body is not null && JsonElement.Parse(body) is { ValueKind: JsonValueKind.Object } problem
                && problem.TryGetProperty("detail", out var detail) && detail.ValueKind == JsonValueKind.String
                ? PlainText.OneLine(detail.GetString()!, MaxDetail) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Sentence(string reason) => $"The result is not stored in Choir: {reason.TrimEnd('.')}.";

    private static LoadTestObjective Objective(LoadReport report, ObjectiveResult result) => new(
        Cut(Words(report, result.Objective), LoadTestRules.MaxText), result.Value is { } value && double.IsFinite(value) ? value : null, result.Met);

    private static string Name(string text) => Cut(text, LoadTestRules.MaxName);

    private static string Cut(string? text, int limit) =>
        string.IsNullOrWhiteSpace(text) ? "unknown" : PlainText.Shorten(PlainText.OneLine(text, limit), limit - 1);
}
