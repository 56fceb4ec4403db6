using Choir.AppHost.Infrastructure;
using Choir.AppHost.Infrastructure.Data;
using Choir.Tests.Support;

namespace Choir.Tests.Unit.AppHost;

public class DataDirectoryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_persistent_folder_is_locked_by_one_run_at_a_time()
    {
        using var parent = new TemporaryFolder();
        var path = parent.File(".data");
        var first = await DataDirectory.OpenAsync(path, Token);
        await File.WriteAllTextAsync(Path.Combine(path, "kept"), "kept", Token);

        var refused = await Assert.ThrowsAsync<InfrastructureException>(() => DataDirectory.OpenAsync(path, Token));
        Assert.Contains("--ephemeral", refused.Message, StringComparison.Ordinal);

        first.Dispose();
        using var second = await DataDirectory.OpenAsync(path, Token);
        Assert.True(File.Exists(Path.Combine(path, "kept")));
    }

    [Fact]
    public async Task A_file_in_place_of_the_folder_is_refused_with_the_remedy()
    {
        using var parent = new TemporaryFolder();
        await File.WriteAllTextAsync(parent.File(".data"), "", Token);

        var refused = await Assert.ThrowsAsync<InfrastructureException>(() => DataDirectory.OpenAsync(parent.File(".data"), Token));

        Assert.Contains("Rename or remove the file", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_persistent_folder_shows_whether_the_last_run_was_killed()
    {
        using var parent = new TemporaryFolder();
        var path = parent.File(".data");
        using (var first = await DataDirectory.OpenAsync(path, Token))
        {
            Assert.False(first.AfterKilledRun);
        }

        using (var afterAnOrderlyEnd = await DataDirectory.OpenAsync(path, Token))
        {
            Assert.False(afterAnOrderlyEnd.AfterKilledRun);
        }

        // A killed run leaves its marker file.
        await File.WriteAllTextAsync(Path.Combine(path, ".running"), "", Token);
        using var next = await DataDirectory.OpenAsync(path, Token);
        Assert.True(next.AfterKilledRun);
    }

    [Fact]
    public async Task An_ephemeral_folder_is_removed_after_the_run()
    {
        using var parent = new TemporaryFolder();
        var data = await DataDirectory.CreateEphemeralAsync(parent.Path, Token);
        await File.WriteAllTextAsync(Path.Combine(data.Path, "file"), "", Token);

        await data.StoppedAsync(Token);
        data.Dispose();

        Assert.Empty(Directory.EnumerateFileSystemEntries(parent.Path));
    }

    [Fact]
    public async Task The_next_ephemeral_run_removes_orphan_folders_only()
    {
        using var parent = new TemporaryFolder();
        using var running = await DataDirectory.CreateEphemeralAsync(parent.Path, Token);
        // A killed run leaves its folder and its unlocked lock file.
        var left = Directory.CreateDirectory(parent.File("choir-ephemeral-killed")).FullName;
        await File.WriteAllTextAsync(Path.Combine(left, "file"), "", Token);
        await File.WriteAllTextAsync(left + ".lock", "", Token);

        using var next = await DataDirectory.CreateEphemeralAsync(parent.Path, Token);

        Assert.False(Directory.Exists(left));
        Assert.False(File.Exists(left + ".lock"));
        Assert.True(Directory.Exists(running.Path));
        Assert.NotEqual(running.Path, next.Path);
    }
}
