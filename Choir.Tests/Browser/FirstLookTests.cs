using Aspire.Hosting.Testing;
using Choir.Tests.Integration.EndToEnd;
using Choir.Tests.Support;

namespace Choir.Tests.Browser;

/// <summary>What somebody sees who starts Choir, opens the dashboard's link and asks something.</summary>
[Collection(OneChoirAtATime.Name)]
public sealed class FirstLookTests
{
    private const string Question = "A lighthouse warns ships of rocks. Its lens bends the light of one lamp into a beam.";

    private const int MostQuestions = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Asking_in_the_dashboard_gives_an_answer_and_one_trace_with_its_records_and_metrics()
    {
        Assert.SkipWhen(ChromiumBrowser.Program is null, ChromiumBrowser.Need);
        await using var choir = await RunningChoir.Start(withDashboard: true);
        await using var browser = await ChromiumBrowser.StartAsync(Patience);
        var dashboard = new Dashboard(browser.Page);
        try
        {
            await dashboard.Open(await choir.GetDashboardUrlAsync(TestContext.Current.CancellationToken), "gateway");
            await dashboard.Picture("resources");
            var trace = await dashboard.Ask(Question);

            await dashboard.GoTo("Traces");
            await dashboard.ShowsTrace(trace, "gateway", "actor-host", "choir");
            Assert.Equal(1, await dashboard.CountTraces());
            await dashboard.Picture("traces");

            // Which hosts its actors are on is Orleans' choice. So go on until a conversation needs both.
            var asked = 1;
            while ((await dashboard.ResourcesOf(trace)).Count(name => name.StartsWith("actor-host", StringComparison.Ordinal)) < 2)
            {
                Assert.True(asked++ < MostQuestions, "One host did everything.");
                await dashboard.GoTo("Resources");
                trace = await dashboard.Ask(Question);
                await dashboard.GoTo("Traces");
                await dashboard.ShowsTrace(trace, "gateway", "actor-host", "choir");
            }

            await dashboard.OpenTrace(trace, "gateway: POST /threads/{threadId}/inputs", ": MSG choir SUBMIT_INPUT ThreadActor");
            await dashboard.Picture("trace");

            await dashboard.OpenRecordsOfTrace(trace, "gateway", "actor-host");
            await dashboard.Picture("records");

            await dashboard.GoTo("Metrics");
            await dashboard.OpenInstrument("actor-host-", "Choir.Actors", "actor.messages");
            await dashboard.Picture("metrics");

            // Nothing else has become a trace meanwhile: health checks, timers and scrapes have not.
            await dashboard.GoTo("Traces");
            await dashboard.ShowsTrace(trace, "gateway", "actor-host", "choir");
            Assert.Equal(asked, await dashboard.CountTraces());
            Assert.Empty(browser.Errors);
        }
        catch
        {
            await dashboard.Picture("failed");
            throw;
        }
    }
}
