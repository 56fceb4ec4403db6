using System.Text.Json;
using System.Text.RegularExpressions;
using Choir.Tests.Integration.EndToEnd;
using Choir.Tests.Support;

namespace Choir.Tests.Browser;

/// <summary>Follows the README: starts Choir, asks a question, opens the dashboard, stops Choir.</summary>
[Collection(OneChoirAtATime.Name)]
public sealed partial class FirstLookTests
{
    private const string Question = "A lighthouse warns ships of rocks. Its lens bends the light of one lamp into a beam.";

    private const int MostQuestions = 20;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Choir_can_be_started_asked_inspected_and_stopped()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await AppHostPackages.InstallAsync();
        using var aspire = new AspireCommandLine();
        await aspire.DotnetAsync("tool", "restore");

        // Isolated: with free ports for the dashboard too.
        var started = JsonElement.Parse(await aspire.RunAsync(
            "start", "--no-build", "--isolated", "--format", "Json", "--", "--infrastructure", "local", "--ephemeral", "--port", "0"));
        Assert.Contains(started.GetProperty("appHostPid").GetInt32(), aspire.Running);
        await aspire.RunAsync("wait", "gateway", "--timeout", "240");

        await AssertCommandLineShowsTheConversationAsync(aspire);
        await AssertDashboardShowsTheConversationAsync(new Uri(started.GetProperty("dashboardUrl").GetString()!), asked: 1);

        // After ten seconds the command line kills what has not ended: so on a busy machine the data may stay, for the next run
        // to remove.
        await aspire.RunAsync("stop");
        await aspire.IsGoneAsync();
    }

    private static async Task AssertCommandLineShowsTheConversationAsync(AspireCommandLine aspire)
    {
        var answer = await aspire.RunAsync("resource", "gateway", "ask", "--text", Question);
        Assert.Contains(Question, answer, StringComparison.Ordinal);
        var trace = TraceAddress.Match(answer).Groups["id"].Value;
        await Eventually.GivesAsync("spans of the gateway and of the actor host in the trace", async () =>
        {
            var traces = JsonElement.Parse(await aspire.RunAsync("otel", "traces", "--format", "Json")).EnumerateArray().ToList();
            Assert.All(traces, one => Assert.Equal(trace, one.GetProperty("traceId").GetString()));
            var sources = traces.SelectMany(one => one.GetProperty("spans").EnumerateArray())
                .Select(span => span.GetProperty("source").GetString()!)
                .ToList();

            // Each replica of the actor host has its own name.
            return sources.Contains("gateway") && sources.Exists(name => name.StartsWith("actor-host", StringComparison.Ordinal)) ? traces : null;
        });

        Assert.Contains("ThreadActor", await aspire.RunAsync("mcp", "call", "gateway", "actor_types", "--non-interactive", "--nologo"), StringComparison.Ordinal);

        var log = await aspire.RunAsync("logs", "gateway");
        Assert.Contains("POST /threads/{threadId}/inputs", log, StringComparison.Ordinal);
    }

    private static async Task AssertDashboardShowsTheConversationAsync(Uri link, int asked)
    {
        await using var browser = await ChromiumBrowser.StartAsync(Timeout);
        var dashboard = new Dashboard(browser.Page);
        try
        {
            await dashboard.OpenAsync(link, "gateway");
            await dashboard.PictureAsync("resources");
            string trace;

            // Orleans chooses the hosts of the actors. So ask until a conversation uses both.
            do
            {
                Assert.True(asked++ < MostQuestions, "One host did everything.");
                await dashboard.GoToAsync("Resources");
                trace = await dashboard.AskAsync(Question);
                await dashboard.GoToAsync("Traces");
                await dashboard.ShowsTraceAsync(trace, "gateway", "actor-host", "choir");
            }
            while ((await dashboard.ResourcesOfAsync(trace)).Count(name => name.StartsWith("actor-host", StringComparison.Ordinal)) < 2);
            await dashboard.PictureAsync("traces");

            await dashboard.OpenTraceAsync(trace, "gateway: POST /threads/{threadId}/inputs", ": MSG choir SUBMIT_INPUT ThreadActor");
            await dashboard.PictureAsync("trace");

            await dashboard.OpenRecordsOfTraceAsync(trace, "gateway", "actor-host");
            await dashboard.PictureAsync("records");

            await dashboard.GoToAsync("Metrics");
            await dashboard.OpenInstrumentAsync("actor-host-", "Choir.Actors", "actor.messages");
            await dashboard.PictureAsync("metrics");

            // Health checks, timers and scrapes have not created traces.
            await dashboard.GoToAsync("Traces");
            await dashboard.ShowsTraceAsync(trace, "gateway", "actor-host", "choir");
            Assert.Equal(asked, await dashboard.CountTracesAsync());
            Assert.Empty(browser.Errors);
        }
        catch
        {
            await dashboard.PictureAsync("failed");
            throw;
        }
    }

    [GeneratedRegex("/traces/detail/(?<id>[0-9a-f]{32})")]
    private static partial Regex TraceAddress { get; }
}
