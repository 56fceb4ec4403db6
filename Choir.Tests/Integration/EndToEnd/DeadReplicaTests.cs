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

    [Theory]
    [InlineData("ethereum")]
    [InlineData("postgres")]
    public async Task The_terminal_names_a_process_that_is_killed_but_not_one_that_is_stopped(string resource)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        using var client = await watched.GatewayAsync();
        var replica = Assert.Single(await _choir.ReplicasAsync(resource));
        var said = await _choir.SaidAboutAsync(resource);

        await SucceedsAsync(resource, KnownResourceCommands.StopCommand);
        await _choir.BecomesAsync(resource, replica, KnownResourceStates.Finished);
        await StartAsync();
        Assert.Empty(said);

        Processes.Signal("KILL", await _choir.ProcessOfAsync(resource));
        await Eventually.HoldsAsync("the terminal to say so", () => !said.IsEmpty);
        await StartAsync();
        Assert.StartsWith($"{resource} has ended", Assert.Single(said), StringComparison.Ordinal);
        Assert.Contains($"dotnet aspire resource {replica} start ", said.First(), StringComparison.Ordinal);

        async Task StartAsync()
        {
            await SucceedsAsync(replica, KnownResourceCommands.StartCommand);
            await _choir.BecomesAsync(resource, replica, KnownResourceStates.Running);
        }
    }

    private async Task SucceedsAsync(string replica, string command)
    {
        var result = await _choir.ExecuteAsync(replica, command);
        Assert.True(result.Success, result.Message);
    }
}
