using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Offline.Tests.Orchestrator;

public sealed class StartOrderTests : OrchestratorTest
{
    private volatile bool healthy;

    [Fact]
    public async Task A_resource_starts_when_what_it_waits_for_is_healthy_and_not_before()
    {
        var first = AddServer("first").WithHealthCheck(AddCheck());
        var healthyAtStart = false;
        AddServer("second").WaitFor(first).OnBeforeResourceStarted((_, _, _) =>
        {
            healthyAtStart = healthy;
            return Task.CompletedTask;
        });
        await StartAsync();
        await Notifications.WaitForResourceAsync("first", KnownResourceStates.Running, Cancel);
        await Notifications.WaitForResourceAsync("second", KnownResourceStates.Waiting, Cancel);
        healthy = true;
        await Notifications.WaitForResourceHealthyAsync("second", Cancel);
        Assert.True(healthyAtStart);
    }

    [Fact]
    public async Task Dependents_start_after_those_who_act_on_readiness_are_done()
    {
        var done = false;
        var first = AddServer("first").OnResourceReady(async (_, _, cancel) =>
        {
            await Task.Delay(100, cancel);
            done = true;
        });
        var doneAtStart = false;
        AddServer("second").WaitFor(first).OnBeforeResourceStarted((_, _, _) =>
        {
            doneAtStart = done;
            return Task.CompletedTask;
        });
        await StartAsync();
        await Notifications.WaitForResourceHealthyAsync("second", Cancel);
        Assert.True(doneAtStart);
    }

    [Fact]
    public async Task A_resource_can_wait_for_anothers_end()
    {
        var first = AddShell("first", "echo one >> order");
        AddShell("second", "echo two >> order").WaitForCompletion(first);
        await StartAsync();
        await Notifications.WaitForResourceAsync("second", KnownResourceStates.Finished, Cancel);
        Assert.Equal(["one", "two"], await File.ReadAllLinesAsync(Path.Combine(Folder, "order"), Cancel));
    }

    [Fact]
    public async Task Dependents_of_a_program_that_dies_fail_and_say_why()
    {
        var first = AddShell("first", "exit 7").WithHealthCheck(AddCheck());
        AddServer("second").WaitFor(first);
        AddServer("third").WaitForCompletion(first);
        await StartAsync();
        await Notifications.WaitForResourceAsync("second", KnownResourceStates.FailedToStart, Cancel);
        await Notifications.WaitForResourceAsync("third", KnownResourceStates.FailedToStart, Cancel);
        Assert.Contains("Resource 'second' failed to start: Resource 'second' stopped waiting for dependency resource 'first' "
            + "because it entered the 'Finished' state with exit code 7.", Lines("second"));
        Assert.Equal(7, Snapshot("first").ExitCode);
        var e = await Assert.ThrowsAsync<DistributedApplicationException>(() => Notifications.WaitForResourceHealthyAsync("first", Cancel));
        Assert.Contains("exit code 7", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_not_there_fails_to_start_and_says_so()
    {
        Builder.AddExecutable("missing", "no-such-program", Folder);
        Builder.AddExecutable("nowhere", "sh", Path.Combine(Folder, "no-such-folder"));
        await StartAsync();
        await Notifications.WaitForResourceAsync("missing", KnownResourceStates.FailedToStart, Cancel);
        await Notifications.WaitForResourceAsync("nowhere", KnownResourceStates.FailedToStart, Cancel);
        Assert.Contains(Lines("missing"), line => line.Contains("no-such-program: No such file", StringComparison.Ordinal));
        Assert.Contains(Lines("nowhere"), line => line.Contains("no-such-folder' does not exist", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wait_for_health_that_is_called_off_says_what_was_wrong()
    {
        AddServer("server").WithHealthCheck(AddCheck());
        await StartAsync();
        await Notifications.WaitForResourceAsync("server", one => one.Snapshot.HealthReports is [{ Status: not null }], Cancel);
        using var impatient = new CancellationTokenSource(50);
        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Notifications.WaitForResourceHealthyAsync("server", impatient.Token));
        Assert.Contains("'server' failed to become healthy", e.Message, StringComparison.Ordinal);
        Assert.Contains("not yet", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_of_a_program_runs_when_it_is_said_so()
    {
        var parent = AddServer("server");
        var part = Builder.AddResource(new Part("part", parent.Resource)).WithHealthCheck(AddCheck());
        AddServer("user").WaitFor(part);

        // Of all parents only a container passes its state on.
        parent.OnResourceReady((_, _, _) => Notifications.PublishUpdateAsync(
            part.Resource, snapshot => snapshot with { State = KnownResourceStates.Running }));
        await StartAsync();
        await Notifications.WaitForResourceAsync("part", KnownResourceStates.Running, Cancel);
        Assert.Equal(KnownResourceStates.Waiting, Snapshot("user").State?.Text);
        healthy = true;
        await Notifications.WaitForResourceHealthyAsync("user", Cancel);
    }

    [Fact]
    public async Task Explicit_start_waits_for_the_command_and_programs_can_be_stopped_and_started()
    {
        AddServer("server").WithExplicitStart();
        await StartAsync();
        await Notifications.WaitForResourceAsync("server", KnownResourceStates.NotStarted, Cancel);
        await Command(KnownResourceCommands.StartCommand);
        await WaitForLineAsync("server | ready");
        await Command(KnownResourceCommands.StopCommand);
        Assert.Equal(KnownResourceStates.Finished, Snapshot("server").State?.Text);
        await Command(KnownResourceCommands.RestartCommand);
        await Notifications.WaitForResourceHealthyAsync("server", Cancel);
        Assert.False((await Application.ResourceCommands.ExecuteCommandAsync("server", "dance", Cancel)).Success);

        async Task Command(string name) =>
            Assert.True((await Application.ResourceCommands.ExecuteCommandAsync("server", name, Cancel)).Success);
    }

    [Fact]
    public async Task A_command_of_the_AppHost_runs_and_its_failure_is_its_result()
    {
        AddServer("server")
            .WithCommand("greet", "Greet", context => Task.FromResult(CommandResults.Success($"hello {context.ResourceName}")))
            .WithCommand("fail", "Fail", _ => throw new InvalidOperationException("no"));
        await StartAsync();
        var greeting = await Application.ResourceCommands.ExecuteCommandAsync("server", "greet", Cancel);
        Assert.StartsWith("hello server-", greeting.Message, StringComparison.Ordinal);
        var failure = await Application.ResourceCommands.ExecuteCommandAsync("server", "fail", Cancel);
        Assert.Equal((false, "no"), (failure.Success, failure.Message));
    }

    private string AddCheck()
    {
        Builder.Services.AddHealthChecks().AddCheck("check",
            () => healthy ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("not yet"));
        return "check";
    }

    private sealed class Part(string name, ExecutableResource parent) : Resource(name), IResourceWithParent<ExecutableResource>
    {
        public ExecutableResource Parent { get; } = parent;
    }
}
