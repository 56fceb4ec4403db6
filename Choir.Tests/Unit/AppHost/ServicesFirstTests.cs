using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Choir.AppHost.Stopping;
using Choir.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.AppHost;

/// <summary>The order in which services stop. Nothing is started.</summary>
public sealed class ServicesFirstTests
{
    private static readonly string[] Replicas = ["host-a", "host-b", "host-c"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_replica_that_does_not_stop_takes_none_of_the_others_time()
    {
        var (time, stopping) = (new FakeTimeProvider(), new List<string>());
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });
        var host = builder.AddProject<Projects.Choir_ActorHost>("host", launchProfileName: null).WithReplicas(Replicas.Length)
            .WithCommand(KnownResourceCommands.StopCommand, "Stop", async context =>
            {
                stopping.Add(context.ResourceName);
                if (stopping.Count == 1)
                {
                    await new TaskCompletionSource().Task.WaitAsync(context.CancellationToken);
                }

                return new ExecuteCommandResult { Success = true };
            });
        await using var app = builder.Build();
        var states = app.Services.GetRequiredService<ResourceNotificationService>();
        foreach (var replica in Replicas)
        {
            await states.PublishUpdateAsync(host.Resource, replica, snapshot => snapshot with { State = KnownResourceStates.Running });
        }

        var stop = new ServicesFirst([host.Resource], app.Services.GetRequiredService<ResourceCommandService>(), states, time).StoppingAsync(Token);
        await Eventually.HoldsAsync("the first to be told", () => stopping.Count == 1);
        Assert.False(stop.IsCompleted);
        time.Advance(ServicesFirst.Timeout);
        await stop.WaitAsync(TimeSpan.FromSeconds(30), Token);
        Assert.Equal(Replicas, stopping.Order(StringComparer.Ordinal));
    }
}
