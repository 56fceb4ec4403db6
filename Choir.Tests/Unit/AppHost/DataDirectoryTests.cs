using Choir.AppHost.Infrastructure;

namespace Choir.Tests.Unit.AppHost;

public class DataDirectoryTests
{
    [Fact]
    public async Task A_kept_folder_is_held_by_one_run_at_a_time_and_survives_it()
    {
        using var parent = new TemporaryFolder();
        var path = parent.File(".data");
        var first = await DataDirectory.OpenAsync(path);
        await File.WriteAllTextAsync(Path.Combine(path, "kept"), "kept", TestContext.Current.CancellationToken);

        var refused = await Assert.ThrowsAsync<InfrastructureException>(() => DataDirectory.OpenAsync(path));
        Assert.Contains("--ephemeral", refused.Message, StringComparison.Ordinal);

        first.Dispose();
        using var second = await DataDirectory.OpenAsync(path);
        Assert.True(File.Exists(Path.Combine(path, "kept")));
    }

    [Fact]
    public async Task An_ephemeral_folder_is_gone_when_the_run_has_stopped()
    {
        using var parent = new TemporaryFolder();
        var data = await DataDirectory.CreateEphemeralAsync(parent.Path);
        await File.WriteAllTextAsync(Path.Combine(data.Path, "file"), "", TestContext.Current.CancellationToken);

        await data.StoppedAsync(TestContext.Current.CancellationToken);
        data.Dispose();

        Assert.Empty(Directory.EnumerateFileSystemEntries(parent.Path));
    }

    [Fact]
    public async Task The_next_ephemeral_run_removes_what_a_killed_one_left_but_not_what_is_in_use()
    {
        using var parent = new TemporaryFolder();
        using var running = await DataDirectory.CreateEphemeralAsync(parent.Path);
        // What a killed run leaves: its folder, and its lock file that nobody holds.
        var left = Directory.CreateDirectory(parent.File("choir-ephemeral-killed")).FullName;
        await File.WriteAllTextAsync(Path.Combine(left, "file"), "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(left + ".lock", "", TestContext.Current.CancellationToken);

        using var next = await DataDirectory.CreateEphemeralAsync(parent.Path);

        Assert.False(Directory.Exists(left));
        Assert.False(File.Exists(left + ".lock"));
        Assert.True(Directory.Exists(running.Path));
        Assert.NotEqual(running.Path, next.Path);
    }
}
