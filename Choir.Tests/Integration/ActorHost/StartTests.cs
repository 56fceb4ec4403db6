using System.Net;
using System.Net.Sockets;
using Choir.Tests.Support;
using Npgsql;

namespace Choir.Tests.Integration.ActorHost;

/// <summary>A real actor host that starts.</summary>
public sealed class StartTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("taken")]
    [InlineData("http://localhost:0")]
    public async Task A_host_that_cannot_listen_ends_with_a_sentence_and_never_joins_the_cluster(string address)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        address = address == "taken" ? $"http://{other.LocalEndpoint}" : address;
        var database = await postgres.CreateDatabaseAsync();
        await using var host = ActorHostProcess.Launch(database, ("ASPNETCORE_URLS", address));

        Assert.Equal((1, ""), await host.ExitCodeAsync() is var code && code == 1 ? (1, "") : (code, host.Log));
        var critical = Assert.Single(host.Log.Split('\n'), line => line.Contains(" crit ", StringComparison.Ordinal));
        Assert.Contains($"The service failed: The web server cannot listen on {address}: ", critical, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Log.Split('\n'), line => line.TrimStart().StartsWith("at ", StringComparison.Ordinal));

        await using var connections = NpgsqlDataSource.Create(database);
        await using var members = connections.CreateCommand("SELECT count(*) FROM orleans_membership");
        Assert.Equal(0L, await members.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }
}
