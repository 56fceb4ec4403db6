using Microsoft.Extensions.Hosting;

namespace Choir.AppHost.Infrastructure;

/// <summary>
/// Where Postgres and the chain keep their data, held by one run at a time: <c>.data</c> at the repository's root, or,
/// for an ephemeral run, a folder of its own that is removed when everything has stopped.
/// </summary>
/// <remarks>
/// An ephemeral run that was killed leaves its folder; the next run removes it, which it may when it gets its lock.
/// </remarks>
internal sealed class DataDirectory : IHostedLifecycleService, IDisposable
{
    private const string Prefix = "choir-ephemeral-";
    private readonly FileLock held;
    private readonly bool ephemeral;
    private bool removed;

    private DataDirectory(string path, FileLock held, bool ephemeral)
    {
        Path = path;
        this.held = held;
        this.ephemeral = ephemeral;
    }

    public string Path { get; }

    /// <summary>Takes the folder that survives this run, and stops what a killed run left running in it.</summary>
    /// <exception cref="InfrastructureException">Another run holds it.</exception>
    public static async Task<DataDirectory> OpenAsync(string path)
    {
        var created = Directory.CreateDirectory(path);
        var held = FileLock.TryTake(System.IO.Path.Combine(path, ".lock")) ?? throw new InfrastructureException(
            $"Another run of Choir holds {path}, or it belongs to another user. Stop that run, or add --ephemeral to start " +
            "beside it with data of its own (and --port, as the gateway's port is taken too).");
        await Leftovers.StopAsync(created.FullName);
        return new DataDirectory(created.FullName, held, ephemeral: false);
    }

    /// <summary>Makes a folder that this run alone uses, and removes those that killed runs have left.</summary>
    public static async Task<DataDirectory> CreateEphemeralAsync(string parent)
    {
        foreach (var left in Directory.EnumerateFiles(parent, Prefix + "*.lock"))
            if (FileLock.TryTake(left, FileMode.Open) is { } orphan)
                await RemoveAsync(System.IO.Path.ChangeExtension(left, null), orphan);
        while (true)
        {
            var path = System.IO.Path.Combine(parent, $"{Prefix}{Guid.CreateVersion7():n}");
            // None when another run took the new file for a leftover before it was locked.
            if (FileLock.TryTake(path + ".lock", FileMode.CreateNew) is not { } held) continue;
            Directory.CreateDirectory(path);
            return new DataDirectory(path, held, ephemeral: true);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Called when every resource has been told to stop.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => ReleaseAsync();

    /// <summary>For a run that never started: the host disposes its services, but calls none of the above.</summary>
    public void Dispose() => ReleaseAsync().GetAwaiter().GetResult();

    private async Task ReleaseAsync()
    {
        if (removed) return;
        removed = true;
        if (ephemeral) await RemoveAsync(Path, held);
        else held.Dispose();
    }

    private static async Task RemoveAsync(string path, FileLock held)
    {
        if (Directory.Exists(path))
        {
            await Leftovers.StopAsync(path);
            Directory.Delete(path, recursive: true);
        }

        File.Delete(held.Path);
        held.Dispose();
    }
}
