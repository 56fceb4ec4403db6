using Choir.AppHost.Infrastructure;
using Choir.AppHost.Infrastructure.External;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Npgsql;

namespace Choir.Tests.Integration.AppHost;

/// <summary>Existing servers are asked once before anything starts.</summary>
public sealed class ExternalServerCheckTests(PostgresFixture postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nobody-knows-me", null, "28000")]
    [InlineData(null, "no-such-database", "3D000")]
    public async Task A_database_that_refuses_is_one_sentence(string? user, string? database, string state)
    {
        var settings = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync(withSchema: false)) { Password = "the-secret" };
        await ExternalServerCheck.CheckDatabaseAsync(settings.ConnectionString, Token);
        (settings.Username, settings.Database) = (user ?? settings.Username, database ?? settings.Database);
        var wrong = await Assert.ThrowsAsync<InfrastructureException>(() => ExternalServerCheck.CheckDatabaseAsync(settings.ConnectionString, Token));
        Assert.Contains($"({state}). Correct ConnectionStrings:choir", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the-secret", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Connection refused (localhost:25997)")]
    [InlineData("Connection refused (localhost:25997).")]
    public void A_server_that_is_waited_for_is_two_sentences(string message) => Assert.Equal(
        "The server does not answer yet: Connection refused (localhost:25997). Choir waits for it.", ExternalServerCheck.Awaited("The server", message));

    [Fact]
    public Task A_database_that_does_not_answer_yet_is_waited_for() =>
        ExternalServerCheck.CheckDatabaseAsync("Host=127.0.0.1;Port=1;Database=choir", Token);

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":"0x7a69"}""", 200, false)]
    [InlineData("<html>", 503, false)]
    [InlineData("reset", 200, false)]
    [InlineData("<html>", 200, true)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":null}""", 200, true)]
    [InlineData("{}", 401, true)]
    public async Task An_address_that_is_no_node_is_one_sentence_and_a_node_that_is_away_is_waited_for(string body, int status, bool isWrong)
    {
        await using var node = await HostileReceiver.StartAsync(status);
        node.Body = body;
        if (body == "reset")
        {
            node.Reset();
        }

        var check = ExternalServerCheck.CheckChainAsync(new Uri($"{node.Url}/the-secret"), Token);
        if (!isWrong)
        {
            await check;
            return;
        }

        var wrong = await Assert.ThrowsAsync<InfrastructureException>(() => check);
        Assert.StartsWith($"{node.Url} does not answer like an Ethereum node", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the-secret", wrong.Message, StringComparison.Ordinal);
    }
}
