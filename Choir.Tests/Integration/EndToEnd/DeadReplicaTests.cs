using System.Net;
using Aspire.Hosting.ApplicationModel;
using Choir.AppHost.Commands;
using Choir.Tests.Observability.EndToEnd;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.EndToEnd;

/// <summary>Services that are started again while another one is dead.</summary>
[Collection(DisturbedChoir.Name)]
public class DeadReplicaTests(WatchedChoir watched)
{
    private readonly RunningChoir _choir = watched.Choir;

    [Fact]
    public async Task The_gateway_starts_while_one_actor_host_is_dead()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        using var client = await watched.GatewayAsync();
        var host = (await _choir.ReplicasAsync("actor-host"))[0];
        var gateway = Assert.Single(await _choir.ReplicasAsync("gateway"));
        try
        {
            await SucceedsAsync(host, "crash");
            await _choir.BecomesAsync("actor-host", host, KnownResourceStates.Finished);
            ServiceProcess.Kill(await _choir.ProcessOfAsync("gateway"));
            await _choir.BecomesAsync("gateway", gateway, KnownResourceStates.Finished);

            await SucceedsAsync(gateway, KnownResourceCommands.StartCommand);

            await _choir.BecomesAsync("gateway", gateway, KnownResourceStates.Running);
            using var ready = await client.GetAsync(new Uri("/ready", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        }
        finally
        {
            await SucceedsAsync(host, KnownResourceCommands.StartCommand);
            await _choir.BecomesAsync("actor-host", host, KnownResourceStates.Running);
        }
    }

    private async Task SucceedsAsync(string replica, string command)
    {
        var result = await _choir.ExecuteAsync(replica, command);
        Assert.True(result.Success, result.Message);
    }
}
