using System.Net;
using System.Net.Http.Json;
using Choir.Tests.Support;
using Npgsql;

namespace Choir.Tests.Integration.EndToEnd;

public class ClusterTests(RunningChoir choir)
{
    [Fact]
    public async Task Two_actor_hosts_are_in_one_cluster()
    {
        using var gateway = await choir.GatewayAsync();
        await using var database = NpgsqlDataSource.Create(await choir.DatabaseConnectionAsync());
        await Eventually.HoldsAsync("two active members in the membership table", async () =>
        {
            const int Active = 3;
            await using var command = database.CreateCommand("SELECT count(*) FROM orleans_membership WHERE status = $1");
            command.Parameters.AddWithValue(Active);
            return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is 2L;
        });
    }

    [Fact]
    public async Task The_health_API_has_the_status_of_each_component()
    {
        using var gateway = await choir.GatewayAsync();
        using var anonymous = new HttpClient { BaseAddress = gateway.BaseAddress };
        await Eventually.HoldsAsync("everything to be healthy", async () =>
        {
            var health = await RunningChoir.ReadAsync(await anonymous.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken));
            var components = health.GetProperty("components");
            return health.GetProperty("status").GetString() == "healthy"
                && new[] { "actor_system", "database", "blockchain" }.All(
                    component => components.GetProperty(component).GetProperty("status").GetString() == "healthy");
        });
    }

    [Fact]
    public async Task Other_routes_need_the_API_key()
    {
        using var gateway = await choir.GatewayAsync();
        using var anonymous = new HttpClient { BaseAddress = gateway.BaseAddress };
        var refused = await anonymous.GetAsync(new Uri("/threads", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        foreach (var open in new[] { "/", "/docs", "/openapi/v1.json", "/alive", "/ready", "/metrics" })
        {
            var response = await anonymous.GetAsync(new Uri(open, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.True(response.IsSuccessStatusCode, $"{open}: {response.StatusCode}");
        }
    }

    [Theory]
    [InlineData("test_actor", """{"type":"PING","data":{}}""", HttpStatusCode.OK, "PONG")]
    [InlineData("no_such_actor", """{"type":"PING","data":{}}""", HttpStatusCode.NotFound, "unknown_actor_type")]
    [InlineData("test_actor", """{"type":"NO_SUCH","data":{}}""", HttpStatusCode.BadRequest, "unknown_message_type")]
    [InlineData("test_actor", """{"type":"PING","data":""", HttpStatusCode.BadRequest, "not valid JSON")]
    [InlineData("ThreadActor", """{"type":"SUBMIT_INPUT","data":{"content":7}}""", HttpStatusCode.BadRequest, "invalid_data")]
    public async Task Any_actor_answers_over_HTTP(string type, string body, HttpStatusCode status, string says)
    {
        using var gateway = await choir.GatewayAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var response = await gateway.PostAsync(new Uri($"/actors/{type}/any/messages", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal(status, response.StatusCode);
        Assert.Contains(says, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
