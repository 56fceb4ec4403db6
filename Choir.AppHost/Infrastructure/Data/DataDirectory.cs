using Microsoft.Extensions.Hosting;

namespace Choir.AppHost.Infrastructure.Data;

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
    private const string RunningFile = ".running";
    private readonly FileLock _held;
    private readonly bool _ephemeral;
    private bool _released;

    private DataDirectory(string path, FileLock held, bool ephemeral, bool afterKilledRun)
    {
        Path = path;
        _held = held;
        _ephemeral = ephemeral;
        AfterKilledRun = afterKilledRun;
    }

    public string Path { get; }

    /// <summary>Whether an earlier run was killed, so that some of its processes may still be ending.</summary>
    public bool AfterKilledRun { get; }

    /// <summary>Takes the folder that survives this run, and stops what a killed run left running in it.</summary>
    /// <exception cref="InfrastructureException">Another run holds it.</exception>
    public static async Task<DataDirectory> OpenAsync(string path, CancellationToken cancellation)
    {
        var created = Directory.CreateDirectory(path);
        var held = FileLock.TryTake(System.IO.Path.Combine(path, ".lock")) ?? throw new InfrastructureException(
            $"Another run of Choir holds {path}, or it belongs to another user. Stop that run, or add --ephemeral to start " +
            "beside it with data of its own (and --port, as the gateway's port is taken too).");
        try
        {
            await OrphanProcesses.StopAsync(created.FullName, cancellation);
            var running = System.IO.Path.Combine(created.FullName, RunningFile);
            var killed = File.Exists(running);
            await File.WriteAllTextAsync(running, "", cancellation);
            return new DataDirectory(created.FullName, held, ephemeral: false, killed);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Makes a folder that this run alone uses, and removes those that killed runs have left.</summary>
    public static async Task<DataDirectory> CreateEphemeralAsync(string parent, CancellationToken cancellation)
    {
        var killed = false;
        foreach (var left in Directory.EnumerateFiles(parent, Prefix + "*.lock"))
        {
            if (FileLock.TryTake(left, FileMode.Open) is not { } orphan)
            {
                continue;
            }

            var folder = System.IO.Path.ChangeExtension(left, null);
            killed |= Directory.Exists(folder) && await OrphanProcesses.StopAsync(folder, cancellation);
            await RemoveAsync(folder, orphan);
        }

        while (true)
        {
            var path = System.IO.Path.Combine(parent, $"{Prefix}{Guid.CreateVersion7():n}");
            // Null when another run took the new file for one that was left before it was locked.
            if (FileLock.TryTake(path + ".lock", FileMode.CreateNew) is not { } held)
            {
                continue;
            }

            Directory.CreateDirectory(path);
            return new DataDirectory(path, held, ephemeral: true, killed);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Called when every resource has been stopped.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => ReleaseAsync();

    /// <summary>For a run that never started: the host disposes its services, but calls none of the above.</summary>
    public void Dispose() => ReleaseAsync().GetAwaiter().GetResult();

    private async Task ReleaseAsync()
    {
        if (_released)
        {
            return;
        }

        _released = true;
        if (_ephemeral)
        {
            await RemoveAsync(Path, _held);
            return;
        }

        File.Delete(System.IO.Path.Combine(Path, RunningFile));
        _held.Dispose();
    }

    // Never cancelled: it is what happens after everything else was.
    private static async Task RemoveAsync(string path, FileLock held)
    {
        if (Directory.Exists(path))
        {
            await OrphanProcesses.StopQuietlyAsync(path, CancellationToken.None);
            Directory.Delete(path, recursive: true);
        }

        File.Delete(held.Path);
        held.Dispose();
    }
}
