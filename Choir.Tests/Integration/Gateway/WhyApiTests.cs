using System.Text.Json;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Inspection;
using Choir.Tests.Unit.Actors.Support;

namespace Choir.Tests.Integration.Gateway;

/// <summary><c>GET /why</c> with a real cluster. Which causes it finds: see WhyTests.</summary>
public sealed class WhyApiTests
{
    [Fact]
    public async Task A_quiet_cluster_has_nothing_that_stands_out()
    {
        await using var cluster = await InspectedCluster.StartAsync(silos: 1);
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Inspection.Cluster = cluster.Inspection;
        var why = await gateway.GetAsync("/why");
        Assert.Equal((200, "Nothing stands out."), (why.Status, why.Text("text")));
        Assert.Equal(0, why.Json.GetProperty("findings").GetArrayLength());
        Assert.True(why.Json.GetProperty("at").GetDateTimeOffset() > DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public async Task A_handler_that_blocks_a_thread_is_named_with_share_evidence_and_link()
    {
        await using var cluster = await InspectedCluster.StartAsync(silos: 1, options => options.SlowAfter = TimeSpan.FromMilliseconds(100));
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Inspection.Cluster = cluster.Inspection;
        var gate = cluster.Gate();
        cluster.Actors.Tell(nameof(ErrandActor), "a b", "GO", new Errand([], gate, BlocksThread: true));
        try
        {
            var why = await Eventually.GivesAsync(
                "a finding", async () => await gateway.GetAsync("/why") is var answer && answer.Json.GetProperty("findings").GetArrayLength() > 0 ? answer : null);
            var finding = why.Json.GetProperty("findings")[0];
            Assert.Equal(("blocked-thread", "ErrandActor/a b"), (finding.GetProperty("cause").GetString(), finding.GetProperty("subject").GetString()));
            Assert.Equal("/observatory/actors/actor?type=ErrandActor&id=a%20b", finding.GetProperty("link").GetString());
            Assert.Equal(1, finding.GetProperty("share").GetDouble());
            Assert.NotEqual(0, finding.GetProperty("evidence").GetArrayLength());
            Assert.StartsWith(finding.GetProperty("sentence").GetString()!, why.Text("text"), StringComparison.Ordinal);
            Assert.Equal(JsonValueKind.Array, finding.GetProperty("evidence").ValueKind);
        }
        finally
        {
            Gates.Of(gate).Open();
        }
    }
}
