using System.Diagnostics;
using Choir.AppHost.Commands;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.AppHost;

public class ServiceProcessTests
{
    [Fact]
    public async Task The_service_is_killed_and_not_its_runner()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere the runner is killed too.");
        using var runner = Process.Start("sh", ["-c", "sleep 600 & wait $!; exit $?"]);
        try
        {
            var service = await Eventually.GivesAsync(
                "the service to be started", () => Task.FromResult(ServiceProcess.ChildrenOf(runner.Id) is [var id] ? (object)id : null));
            Assert.Equal([(int)service], ServiceProcess.Kill(runner.Id));
            await runner.WaitForExitAsync(TestContext.Current.CancellationToken);
            // 128 and the number of SIGKILL.
            Assert.Equal(137, runner.ExitCode);
        }
        finally
        {
            runner.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task A_service_without_a_runner_is_killed_itself()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sleep.");
        using var service = Process.Start("sleep", ["600"]);
        try
        {
            Assert.Equal([service.Id], ServiceProcess.Kill(service.Id));
            await service.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            service.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public void Killing_an_ended_process_is_an_error() =>
        Assert.Equal(
            $"Process {int.MaxValue} is not running any more.",
            Assert.Throws<CommandException>(() => ServiceProcess.Kill(int.MaxValue)).Message);
}
