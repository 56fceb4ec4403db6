using System.Net;
using System.Text;
using System.Text.Json;
using Choir.Contracts;
using Choir.Contracts.LoadTests;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports;
using Choir.LoadTest.Reports.Model;

namespace Choir.Tests.Unit.LoadTest;

public class StoredResultTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_result_has_the_figures_of_its_report()
    {
        var report = Report(
            [new Figure("conversation.p99", "s", false, 0.61, [0.6, 0.62]), new Figure("rate", "1/s", true, 48, [])],
            [new ObjectiveResult(new LoadObjective("conversation.p99", false, 1), 0.61, true), new ObjectiveResult(new LoadObjective("rate", true, 50), 48, false)],
            ["The knee is at 90 a second."]);

        var result = StoredResult.Of(report);

        Assert.Empty(LoadTestRules.Problems(result, At));
        Assert.Equal(
            (report.Id, "mine", LoadTestKind.Spike, At, 60d, false, false),
            (result.Id, result.Profile, result.Kind, result.StartedAt, result.Seconds, result.Passed, result.Interrupted));
        Assert.Equal([new("conversation.p99", "s", false, 0.61), new("rate", "1/s", true, 48)], result.Figures);
        Assert.Equal([new("conversation.p99 at most 1 s", 0.61, true), new("rate at least 50 1/s", 48, false)], result.Objectives);
        Assert.Equal(["The knee is at 90 a second."], result.Notes);
        Assert.Equal(new LoadTestMachine(2, 8L << 30, "Linux", "X64", ".NET 10"), result.Machine);
    }

    [Fact]
    public void Odd_reports_are_cut_to_what_can_be_stored()
    {
        var figures = Enumerable.Range(0, 2_000).Select(n => new Figure($"{n}\n{new string('ü', 500)}", "", false, n, []));
        var report = Report(
            [new Figure("nan", "s", false, double.NaN, []), new Figure("twice", "s", false, 1, []), new Figure("twice", "s", false, 2, []), .. figures],
            [new ObjectiveResult(new LoadObjective("nan", false, 1), double.PositiveInfinity, false)],
            ["", "\ud800 half", new string('x', 5_000)]);

        var result = StoredResult.Of(report);

        Assert.Empty(LoadTestRules.Problems(result, At));
        Assert.Equal(new LoadTestFigure("twice", "s", false, 1), result.Figures[0]);
        Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(result, ContractJson.Options).Length, 10_000, LoadTestRules.MaxBytes);
        Assert.Null(result.Objectives.Single().Value);
    }

    [Fact]
    public async Task A_result_is_posted_with_the_key()
    {
        HttpRequestMessage? sent = null;
        var body = "";
        var warning = await StoreAsync("the-key", async request =>
        {
            (sent, body) = (request, await request.Content!.ReadAsStringAsync(Token));
            return new HttpResponseMessage(HttpStatusCode.Created);
        });

        Assert.Null(warning);
        Assert.Equal("http://gateway/load-tests", sent!.RequestUri!.AbsoluteUri);
        Assert.Equal("Bearer the-key", sent.Headers.Authorization!.ToString());
        Assert.Equal("mine", JsonSerializer.Deserialize<LoadTestResult>(body, ContractJson.Options)!.Profile);
    }

    [Theory]
    [InlineData(503, """{"detail": "The database cannot be used now."}""", "the gateway answered 503: The database cannot be used now.")]
    [InlineData(400, "<html>", "the gateway answered 400.")]
    [InlineData(400, """{"detail": 7}""", "the gateway answered 400.")]
    [InlineData(404, "{}", "the gateway has no POST /load-tests (404); it may be an earlier version.")]
    public async Task A_result_that_is_not_stored_is_a_warning(int status, string body, string reason) => Assert.Equal(
        $"The result is not stored in Choir: {reason}",
        await StoreAsync("key", _ => Task.FromResult(new HttpResponseMessage((HttpStatusCode)status)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/problem+json"),
        })));

    [Fact]
    public async Task A_gateway_that_does_not_answer_or_a_key_that_is_none_is_a_warning()
    {
        Assert.Equal(
            "The result is not stored in Choir: Connection refused.",
            await StoreAsync("key", _ => throw new HttpRequestException("Connection refused")));
        Assert.StartsWith(
            "The result is not stored in Choir: ",
            await StoreAsync("a\nkey", _ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK))), StringComparison.Ordinal);
    }

    private static async Task<string?> StoreAsync(string key, Func<HttpRequestMessage, Task<HttpResponseMessage>> answer)
    {
        using var client = new HttpClient(new Answering(answer)) { BaseAddress = new Uri("http://gateway") };
        return await StoredResult.TryStoreAsync(Report([], [], []), client, key, Token);
    }

    private static LoadReport Report(IReadOnlyList<Figure> figures, IReadOnlyList<ObjectiveResult> objectives, IReadOnlyList<string> notes) => new(
        LoadReport.CurrentVersion, Guid.CreateVersion7(At), new LoadProfile("mine", ProfileKind.Spike, 10, TimeSpan.Zero, [], [], []), At, 60,
        new MachineInfo(2, 8L << 30, "Linux", "X64", ".NET 10"), "http://gateway", false, objectives, figures, [], [], [],
        new GeneratorState(false, null, 0, 0, 0), null, notes, null);

    private sealed class Answering(Func<HttpRequestMessage, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request);
    }
}
