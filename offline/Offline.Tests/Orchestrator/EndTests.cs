using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Offline.Tests.Orchestrator;

/// <summary>How things end. They look into <c>/proc</c>, so they are for Linux.</summary>
public sealed class EndTests : OrchestratorTest
{
    // Every process that an AppHost starts inherits this, whatever becomes of its parents.
    private readonly string mark = $"ORCHESTRATOR_TEST={Guid.NewGuid():N}";

    [Fact]
    public async Task Programs_are_told_to_end_those_that_others_wait_for_last()
    {
        var first = AddServer("first");
        var second = AddServer("second").WaitFor(first);
        AddServer("third").WaitFor(second);
        await StartAsync();
        await WaitForLineAsync("third | ready");
        await Application.StopAsync(Cancel);
        Assert.Equal(["third", "second", "first"], await File.ReadAllLinesAsync(Path.Combine(Folder, "ended"), Cancel));
        Assert.Equal(0, Snapshot("first").ExitCode);
    }

    [Fact]
    public async Task A_frozen_program_ends_too()
    {
        AddServer("server").WithEnvironment(Mark);
        await StartAsync();
        await WaitForLineAsync("server | ready");
        await Signal("STOP", Marked());
        await Application.StopAsync(Cancel);
        Assert.Empty(Marked());
    }

    [Fact]
    public async Task A_program_that_will_not_end_is_killed_with_all_that_it_has_started()
    {
        // In groups of their own and deaf to the signal, as badly behaved as can be.
        AddShell("server", "trap '' TERM; setsid sh -c 'sleep 1000' & sleep 1000 & echo ready; wait; sleep 1000").WithEnvironment(Mark);
        await StartAsync();
        await WaitForLineAsync("server | ready");
        Assert.True(Marked().Count >= 3, "The program should have started others.");
        await Application.StopAsync(Cancel);
        Assert.Empty(Marked());
        Assert.Equal(128 + 9, Snapshot("server").ExitCode);
    }

    [Fact]
    public async Task What_a_program_that_dies_leaves_behind_ends_with_it()
    {
        AddShell("server", "sleep 1000 & exit 3").WithEnvironment(Mark);
        await StartAsync();
        await Notifications.WaitForResourceAsync("server", KnownResourceStates.Finished, Cancel);
        Assert.Equal(3, Snapshot("server").ExitCode);
        Assert.Empty(Marked());
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public async Task Nothing_outlives_an_AppHost_that_gets_the_signal(string signal)
    {
        var ended = Path.Combine(Folder, "ended");
        using var appHost = StartAppHost("--end-file", ended);
        await appHost.WaitForLine("front-", "Running http://", Cancel);
        Assert.True(Marked().Count >= 5, "The sleeper, its child, the web service and the front should run.");
        await Signal(signal, [appHost.Process.Id]);
        await appHost.Process.WaitForExitAsync(Cancel);
        await Until(() => Task.FromResult(Marked().Count == 0), "the end of all processes");
        // The web service was told to end, and had the time for it.
        Assert.Single(await File.ReadAllLinesAsync(ended, Cancel));
        Assert.DoesNotContain("a secret value", appHost.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_frozen_program_does_not_outlive_a_killed_AppHost()
    {
        using var appHost = StartAppHost();
        await appHost.WaitForLine("front-", "Running http://", Cancel);
        await Signal("STOP", [.. Marked().Where(pid => pid != appHost.Process.Id)]);
        await Signal("KILL", [appHost.Process.Id]);
        await Until(() => Task.FromResult(Marked().Count == 0), "the end of all processes");
    }

    private AppHostProcess StartAppHost(params string[] args)
    {
        var pair = mark.Split('=');
        return new(args, pair[0], pair[1]);
    }

    private void Mark(EnvironmentCallbackContext context)
    {
        var pair = mark.Split('=');
        context.EnvironmentVariables[pair[0]] = pair[1];
    }

    private List<int> Marked()
    {
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid))
                try
                {
                    if (File.ReadAllText(Path.Combine(folder, "environ")).Contains(mark, StringComparison.Ordinal))
                        found.Add(pid);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // It has ended meanwhile, or is another user's.
                }
        return found;
    }

    private async Task Signal(string signal, IReadOnlyCollection<int> processes)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{signal} {string.Join(' ', processes)}"]);
        await kill.WaitForExitAsync(Cancel);
        Assert.Equal(0, kill.ExitCode);
    }
}
