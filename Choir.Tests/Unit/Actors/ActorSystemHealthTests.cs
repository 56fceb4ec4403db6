using Choir.Actors.Health;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Choir.Tests.Unit.Actors;

public sealed class ActorSystemHealthTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_whose_hosts_have_all_gone_says_that_no_actor_host_answers(bool killed)
    {
        await using var cluster = await ActorCluster.StartAsync(silos: 2);
        var check = new ActorSystemHealthCheck(cluster.Client);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(check)).Status);
        foreach (var silo in cluster.Cluster.Silos.ToArray())
        {
            await (killed
                ? cluster.Cluster.KillSiloAsync(silo, TestContext.Current.CancellationToken)
                : cluster.Cluster.StopSiloAsync(silo, TestContext.Current.CancellationToken));
        }

        await Eventually.HoldsAsync("the check to say so", async () =>
        {
            var result = await CheckAsync(check);
            Assert.Equal(HealthStatus.Unhealthy, result.Status);
            return result.Description == "No actor host answers";
        });

        // A new host would wait long for an answer of those that were killed.
        if (killed)
        {
            return;
        }

        await cluster.Cluster.StartAdditionalSiloAsync();
        await Eventually.HoldsAsync("a new host to answer", async () => (await CheckAsync(check)).Status == HealthStatus.Healthy);
    }

    private static Task<HealthCheckResult> CheckAsync(ActorSystemHealthCheck check) =>
        check.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
}
