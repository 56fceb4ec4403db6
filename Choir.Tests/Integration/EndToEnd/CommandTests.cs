using System.Globalization;
using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;
using Choir.AppHost.Infrastructure;
using Choir.Tests.Support;
using Npgsql;

namespace Choir.Tests.Integration.EndToEnd;

/// <summary>The resources' commands in the dashboard and of <c>aspire resource</c>.</summary>
public sealed class CommandTests(RunningChoir choir)
{
    [Fact]
    public async Task Asking_shows_the_answer_the_trace_and_the_anchor()
    {
        var report = await ShownAsync("gateway", "ask", ("text", "Which anchors does a <ledger> | keep?"));
        var text = RenderedMarkdown.TextOf(report);
        foreach (var section in (string[])["Answer", "Sources", "Phases", "Trace", "Anchor on the chain", "Thread"])
        {
            Assert.Contains($"<h3>{section}</h3>", RenderedMarkdown.Html(report), StringComparison.Ordinal);
        }

        Assert.Contains("Which anchors does a <ledger> | keep?", text, StringComparison.Ordinal);
        Assert.Matches("Confirmed in block [0-9]+, transaction 0x[0-9a-f]{64}", text);
        // Tests run without a dashboard, so the report has the command line for traces.
        Assert.Matches("dotnet aspire otel traces --trace-id [0-9a-f]{32}", text);
        Assert.Matches("GET /traces/[0-9a-f-]{36}", text);
    }

    [Fact]
    public async Task Asking_again_continues_the_thread()
    {
        var thread = await RunningChoir.CreateThreadAsync(await choir.GatewayAsync());
        Assert.Contains(thread, await ShownAsync("gateway", "ask", ("text", "First."), ("thread", thread)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asking_in_a_missing_thread_is_an_error()
    {
        var unknown = await choir.ExecuteAsync("gateway", "ask", ("text", "Why?"), ("thread", Guid.Empty.ToString()));
        Assert.False(unknown.Success);
        Assert.Contains($"There is no thread {Guid.Empty}", unknown.Message, StringComparison.Ordinal);
        Assert.False((await choir.ExecuteAsync("gateway", "ask", ("text", "Why?"), ("thread", "../../flow"))).Success);
    }

    [Fact]
    public async Task The_gateway_commands_show_stuck_actors_flow_and_dead_letters()
    {
        await ShownAsync("gateway", "ask", ("text", "How do messages flow?"));
        Assert.NotEmpty(await ShownAsync("gateway", "stuck"));
        Assert.NotEmpty(await ShownAsync("gateway", "dead-letters"));
        var flow = RenderedMarkdown.CellsOf(await ShownAsync("gateway", "flow")).Chunk(9);
        Assert.Contains(flow, row => row[..3] is ["ThreadActor", "ActionPhaseActor", "PROCESS_INPUT"]);
    }

    [Fact]
    public async Task The_gateway_shows_its_key() =>
        Assert.Equal(RunningChoir.ApiKey, await ShownAsync("gateway", "api-key", CommandResultFormat.Text));

    [Fact]
    public async Task Postgres_shows_a_connection_string_and_a_psql_command_that_work()
    {
        var connectionString = await ShownAsync("postgres", "connection-string", CommandResultFormat.Text);
        await using var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        Assert.Equal("choir", connection.Database);

        var psql = await ShownAsync("postgres", "psql", CommandResultFormat.Text);
        Assert.SkipUnless(File.Exists("/usr/bin/psql"), "There is no psql.");
        var result = await Tool.RunAsync("sh", ["-c", $"{psql} -Atc 'SELECT current_database()'"], TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(new Tool.Result(0, "choir"), result);
    }

    [Fact]
    public async Task The_node_shows_its_latest_block_and_the_ledgers_contract()
    {
        await ShownAsync("gateway", "ask", ("text", "Is the contract there?"));
        var cells = RenderedMarkdown.CellsOf(await ShownAsync("ethereum", "latest-block"));
        Assert.Equal(["Block", "Hash", "Time", "Chain id", "Ledger contract"], cells.Where((_, index) => index % 2 == 0));
        Assert.Equal("31337", cells[7]);
        var contract = Regex.Match(cells[9].ToLowerInvariant(), "^<code>(0x[0-9a-f]{40})</code>, deployed in block ([0-9]+)$");
        Assert.True(contract.Success, cells[9]);

        // The block is that of the deployment: the contract's code is there from it on.
        var block = long.Parse(contract.Groups[2].Value, CultureInfo.InvariantCulture);
        Assert.Equal("0x", await CodeAsync(block - 1));
        Assert.NotEqual("0x", await CodeAsync(block));

        async Task<string?> CodeAsync(long number) =>
            (await choir.AskNodeAsync("eth_getCode", contract.Groups[1].Value, $"0x{number:x}")).GetString();
    }

    private Task<string> ShownAsync(string resource, string command, params (string Name, string Value)[] arguments) =>
        ShownAsync(resource, command, CommandResultFormat.Markdown, arguments);

    private async Task<string> ShownAsync(
        string resource, string command, CommandResultFormat format, params (string Name, string Value)[] arguments)
    {
        var result = await choir.ExecuteAsync(resource, command, arguments);
        Assert.True(result.Success, result.Message);
        Assert.Equal(format, result.Data!.Format);
        Assert.True(result.Data.DisplayImmediately);
        return result.Data.Value;
    }
}
