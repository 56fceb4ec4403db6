using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Choir.AppHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.Tests.Unit.AppHost;

/// <summary>What the terminal says about services that end. Nothing is started.</summary>
public sealed class EndedServicesTests : IDisposable
{
    private readonly IResource _host;
    private readonly IResource _gateway;
    private readonly DistributedApplication _app;
    private readonly EndedServices _ended;

    public EndedServicesTests()
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });
        _host = builder.AddProject<Projects.Choir_ActorHost>("host", launchProfileName: null).WithReplicas(2).Resource;
        _gateway = builder.AddProject<Projects.Choir_Gateway>("gateway", launchProfileName: null).Resource;
        _app = builder.Build();
        _ended = new EndedServices(
            [_host, _gateway], _app.Services.GetRequiredService<ResourceNotificationService>(),
            _app.Services.GetRequiredService<IHostApplicationLifetime>(), _ => { });
    }

    [Fact]
    public void A_service_whose_replicas_have_all_failed_is_named_once_with_the_way_to_its_log_and_back()
    {
        Assert.NotNull(Text(_host, "host-a", KnownResourceStates.Finished, 1));
        Assert.Null(Text(_host, "host-a", KnownResourceStates.Finished, 1));
        Assert.Null(Text(_gateway, "gateway-a", KnownResourceStates.Running, null));
        Assert.StartsWith(
            "host has ended with exit code 2, and so have all 2 replicas. Its log says why: dotnet aspire logs host-b ",
            Text(_host, "host-b", KnownResourceStates.Exited, 2), StringComparison.Ordinal);
        Assert.Null(Text(_host, "host-b", KnownResourceStates.Exited, 2));
        var gateway = Text(_gateway, "gateway-a", KnownResourceStates.FailedToStart, null);
        Assert.StartsWith("gateway has ended. Its log says why: dotnet aspire logs gateway-a ", gateway, StringComparison.Ordinal);
        Assert.Contains("Start it again: dotnet aspire resource gateway-a start ", gateway, StringComparison.Ordinal);
    }

    [Fact]
    public void A_killed_replica_is_named_while_others_run()
    {
        Assert.Null(Text(_host, "host-a", KnownResourceStates.Running, null));
        Assert.Null(Text(_host, "host-b", KnownResourceStates.Running, null));
        var text = Text(_host, "host-a", KnownResourceStates.Exited, 137);
        Assert.StartsWith("host-a, one of 2 replicas of host, has ended with exit code 137. ", text, StringComparison.Ordinal);
        Assert.Contains("dotnet aspire resource host-a start ", text, StringComparison.Ordinal);

        Assert.Null(Text(_host, "host-a", KnownResourceStates.Running, null));
        Assert.StartsWith("host-a, one of 2 replicas of host, has ended. ", Text(_host, "host-a", KnownResourceStates.Exited, -1), StringComparison.Ordinal);
    }

    [Fact]
    public void A_replica_that_is_stopped_has_not_failed()
    {
        Assert.Null(Text(_gateway, "gateway-a", KnownResourceStates.Finished, 0));

        // It did not stop in time, and was killed.
        Assert.Null(Text(_host, "host-a", KnownResourceStates.Running, null));
        Assert.Null(Text(_host, "host-a", KnownResourceStates.Stopping, null));
        Assert.Null(Text(_host, "host-a", KnownResourceStates.Exited, 137));
        Assert.Null(Text(_host, "host-a", KnownResourceStates.Starting, null));
        Assert.NotNull(Text(_host, "host-a", KnownResourceStates.Finished, 1));
    }

    /// <inheritdoc/>
    public void Dispose() => _app.Dispose();

    private string? Text(IResource service, string replica, string state, int? exitCode) => _ended.Text(new ResourceEvent(
        service, replica, new CustomResourceSnapshot { ResourceType = "Project", Properties = [], State = state, ExitCode = exitCode }));
}
