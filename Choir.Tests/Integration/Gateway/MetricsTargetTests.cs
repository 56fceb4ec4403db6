using Choir.Storage;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.Gateway;

public sealed class MetricsTargetTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Metrics_targets_are_listed_without_a_key()
    {
        await using var database = new DatabaseFixture(postgres);
        await database.InitializeAsync();
        var store = new MetricsTargetStore(database.DataSource);
        await store.RegisterAsync(Guid.NewGuid(), new MetricsTarget("http://10.0.0.1:8080", "actor-host", "m1", "actor-host-7"), TestContext.Current.CancellationToken);
        await store.RegisterAsync(Guid.NewGuid(), new MetricsTarget("https://[fe80::1]:8443", "gateway", "m2", ""), TestContext.Current.CancellationToken);
        await using var gateway = await GatewayUnderTest.StartAsync(database.ConnectionString);
        gateway.Http.DefaultRequestHeaders.Authorization = null;
        var answer = await gateway.GetAsync("/metrics/targets");

        Assert.Equal((200, "application/json"), (answer.Status, answer.ContentType));
        Assert.Equal(
            """[{"targets":["10.0.0.1:8080"],"labels":{"service":"actor-host","host":"m1","address":"10.0.0.1:8080","instance":"actor-host-7"}},{"targets":["[fe80::1]:8443"],"labels":{"service":"gateway","host":"m2","address":"[fe80::1]:8443","__scheme__":"https"}}]""",
            answer.Body);
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("localhost:8080")]
    [InlineData("http://")]
    [InlineData("")]
    public async Task An_address_that_is_none_does_not_hide_the_others(string address)
    {
        await using var database = new DatabaseFixture(postgres);
        await database.InitializeAsync();
        var store = new MetricsTargetStore(database.DataSource);
        await store.RegisterAsync(Guid.NewGuid(), new MetricsTarget(address, "actor-host", "m1"), TestContext.Current.CancellationToken);
        await store.RegisterAsync(Guid.NewGuid(), new MetricsTarget("http://z:8080", "gateway", "m2"), TestContext.Current.CancellationToken);
        await using var gateway = await GatewayUnderTest.StartAsync(database.ConnectionString);
        var answer = await gateway.GetAsync("/metrics/targets");

        Assert.Equal(200, answer.Status);
        Assert.Equal(
            new HashSet<string?> { address, "z:8080" }, answer.Json.EnumerateArray().Select(group => group.GetProperty("targets")[0].GetString()).ToHashSet());
    }

    [Fact]
    public async Task Without_the_database_the_answer_is_503()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        (await gateway.GetAsync("/metrics/targets")).AssertProblem(503, "database_unavailable", "database");
    }
}
