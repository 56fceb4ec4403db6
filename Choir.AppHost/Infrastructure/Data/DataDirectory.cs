using Microsoft.Extensions.Hosting;

namespace Choir.AppHost.Infrastructure.Data;

/// <summary>
/// The data directory of Postgres and the chain, locked by one run at a time: <c>.data</c> at the repository's root, or a
/// temporary folder of an ephemeral run, which is removed after everything has stopped.
/// </summary>
/// <remarks>
/// The folder of an ephemeral run that was killed is removed by the next run, as soon as that run can lock it.
/// </remarks>
internal sealed class DataDirectory : IHostedLifecycleService, IDisposable
{
    private const string Prefix = "choir-ephemeral-";
    private const string RunningFile = ".running";
    private const int MaxAttempts = 5;
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

    /// <summary>Whether an earlier run was killed, so that some of its processes may still be exiting.</summary>
    public bool AfterKilledRun { get; }

    /// <summary>Locks the persistent folder, and stops the orphan processes of a killed run.</summary>
    /// <exception cref="InfrastructureException">Another run has locked it.</exception>
    public static async Task<DataDirectory> OpenAsync(string path, CancellationToken cancellation)
    {
        if (File.Exists(path))
        {
            throw new InfrastructureException($"{path} is a file, but Choir keeps its data in a folder of that name. Rename or remove the file.");
        }

        var created = Directory.CreateDirectory(path);
        var held = FileLock.TryTake(System.IO.Path.Combine(path, ".lock")) ?? throw new InfrastructureException(
            $"Another run of Choir uses {path}, or it belongs to another user. Stop that run, or add --ephemeral to start " +
            "a second run with separate data (and --port 0, which chooses free ports for the gateway and the dashboard).");
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

    /// <summary>Creates a temporary folder, and removes those of killed runs.</summary>
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

        // Each name is new, so a second attempt is seldom needed.
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            cancellation.ThrowIfCancellationRequested();
            var path = System.IO.Path.Combine(parent, $"{Prefix}{Guid.CreateVersion7():n}");
            // Null if another run has locked the new file as an orphan before this run could lock it.
            if (FileLock.TryTake(path + ".lock", FileMode.CreateNew) is not { } held)
            {
                continue;
            }

            Directory.CreateDirectory(path);
            return new DataDirectory(path, held, ephemeral: true, killed);
        }

        throw new InfrastructureException($"{parent} cannot be written. Set TMPDIR to a folder that can.");
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Called after every resource has stopped.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => ReleaseAsync();

    /// <summary>Used by a run that never started: the host then only disposes its services.</summary>
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

    // Not cancellable, because it runs during shutdown.
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
