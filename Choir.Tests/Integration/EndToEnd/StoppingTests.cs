using Choir.Tests.Support;

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
        using var killed = AppHostProcess.Start(_temporary);
        await killed.SaysAsync(Ready, Timeout);
        var left = Assert.Single(Data());
        Assert.NotEmpty(Locks());

        Processes.Signal("KILL", killed.Program);
        await killed.IsGoneAsync();

        using var next = AppHostProcess.Start(_temporary);
        await next.SaysAsync(Ready, Timeout);
        Assert.NotEqual(left.Name, Assert.Single(Data()).Name);

        // Ctrl-C in a terminal reaches both.
        Processes.Signal("INT", next.Runner, next.Program);
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

    /// <inheritdoc/>
    public void Dispose() => _temporary.Delete(recursive: true);

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
