using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;

namespace Choir.Tests.Integration.EndToEnd;

/// <summary>The AppHost leaves no processes, however it ends.</summary>
[Collection(OneChoirAtATime.Name)]
public sealed class StoppingTests : IDisposable
{
    private const string Ready = "Choir is ready";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(4);

    // Not a private folder, because Postgres' user needs access.
    private readonly DirectoryInfo _temporary =
        Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"choir-test-{Guid.NewGuid():N}"));

    [Fact]
    public async Task A_killed_AppHost_leaves_no_processes_and_the_next_one_removes_its_data()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        // It starts although the proxy of its environment refuses everything: its processes do not use it among themselves.
        await AppHostPackages.InstallAsync();
        await using var proxy = await HostileReceiver.StartAsync(503);
        using var killed = AppHostProcess.Start(_temporary, proxy.Url);
        await killed.SaysAsync(Ready, Timeout);
        Assert.DoesNotContain(proxy.Requests, request => IsLocal(request.Headers["Host"]));
        var left = Assert.Single(Data());
        Assert.NotEmpty(Locks());

        Processes.Signal("KILL", killed.Program);
        await killed.IsGoneAsync();

        using var next = AppHostProcess.Start(_temporary);
        await next.SaysAsync(Ready, Timeout);
        Assert.NotEqual(left.Name, Assert.Single(Data()).Name);

        // Ctrl-C in a terminal reaches both.
        var (program, controllers) = (next.Program, next.Orchestrator);
        Processes.Signal("INT", next.Runner, program);
        await Eventually.HoldsAsync("the AppHost to end", () => Processes.CommandOf(program).Length == 0);
        Assert.Empty(Processes.CommandOf(controllers));
        await next.IsGoneAsync();
        AssertNothingIsLeft(next);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task A_run_that_is_stopped_during_its_start_leaves_nothing(string signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        using var appHost = AppHostProcess.Start(_temporary);
        await appHost.SaysAsync("Creating the database", Timeout);
        Assert.NotEmpty(Data());

        Processes.Signal(signal, appHost.Program);

        await appHost.IsGoneAsync();
        AssertNothingIsLeft(appHost);
    }

    [Fact]
    public async Task A_run_whose_actor_hosts_refuse_a_setting_says_so_and_leaves_nothing_when_its_terminal_is_closed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        using var appHost = AppHostProcess.Start(_temporary, arguments: ["--Retention:Cycles=00:02:00"]);
        await appHost.SaysAsync("actor-host has ended with exit code 1. Its log says why: dotnet aspire logs actor-host-", Timeout);

        Processes.Signal("HUP", appHost.Runner, appHost.Program);

        await appHost.IsGoneAsync();
        AssertNothingIsLeft(appHost);
    }

    /// <inheritdoc/>
    public void Dispose() => _temporary.Delete(recursive: true);

    private static bool IsLocal(string host) =>
        host.StartsWith("localhost", StringComparison.Ordinal) || host.StartsWith("127.0.0.1", StringComparison.Ordinal) || host.StartsWith("[::1]", StringComparison.Ordinal);

    private DirectoryInfo[] Data() => _temporary.GetDirectories("choir-ephemeral-*");

    private FileInfo[] Locks() => _temporary.GetFiles("choir-ephemeral-*");

    private void AssertNothingIsLeft(AppHostProcess appHost)
    {
        Assert.Empty(Data());
        Assert.Empty(Locks());
        // It stopped its own processes, and did not find them as orphans of another run.
        var afterStart = appHost.Output[appHost.Output.IndexOf("Creating the database", StringComparison.Ordinal)..];
        Assert.DoesNotContain("an earlier run", afterStart, StringComparison.Ordinal);
    }
}
