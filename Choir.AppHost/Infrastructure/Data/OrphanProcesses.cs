using System.Diagnostics;
using System.Globalization;
using Choir.AppHost.Infrastructure.Postgres;

namespace Choir.AppHost.Infrastructure.Data;

/// <summary>
/// Stops processes of a killed run in a data folder. The caller must hold the folder's lock, which ensures that no other run
/// owns these processes.
/// </summary>
internal static class OrphanProcesses
{
    private static readonly string[] Programs = ["postgres", "anvil", "prometheus", "alertmanager", "prometheus-alertmanager"];
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Stops the processes of an earlier run, and prints them.</summary>
    /// <returns>Whether there were any.</returns>
    public static async Task<bool> StopAsync(string directory, CancellationToken cancellation)
    {
        var found = Find(directory).Where(orphan => orphan.IsMain).ToList();
        if (found.Count > 0)
        {
            Progress.Say($"Stopping processes of an earlier run: {Names(found)}");
        }

        return await StopQuietlyAsync(directory, cancellation);
    }

    /// <summary>Stops all processes whose working directory is in the folder.</summary>
    /// <returns>Whether there were any.</returns>
    /// <exception cref="InfrastructureException">A process does not exit.</exception>
    public static async Task<bool> StopQuietlyAsync(string directory, CancellationToken cancellation)
    {
        var found = Find(directory);
        if (found.Count == 0)
        {
            return false;
        }
        // A stopped process handles no other signal before SIGCONT. SIGINT is Postgres' fast shutdown, and the others write their
        // state on it. Postgres' child processes exit with their parent; SIGINT has another meaning for them.
        await SignalAsync("CONT", found, cancellation);
        await SignalAsync("INT", found.Where(orphan => orphan.IsMain), cancellation);
        if (await HaveEndedAsync(directory, cancellation))
        {
            return true;
        }

        await SignalAsync("KILL", Find(directory), cancellation);
        if (await HaveEndedAsync(directory, cancellation))
        {
            return true;
        }

        throw new InfrastructureException(
            $"These processes of an earlier run still use {directory} and do not exit: {Names(Find(directory))}. " +
            "Stop them and start again.");
    }

    private readonly record struct Orphan(int Id, string Name, bool IsMain);

    private static string Names(IEnumerable<Orphan> orphans) =>
        string.Join(", ", orphans.Select(orphan => $"{orphan.Name} ({orphan.Id})"));

    private static List<Orphan> Find(string directory)
    {
        if (OperatingSystem.IsLinux())
        {
            return FindByWorkingDirectory(directory);
        }

        return FindByPidFile(Path.Combine(directory, PostgresCluster.DataFolder));
    }

    // The kernel reports working directories without symbolic links.
    private static string WithoutLinks(string path)
    {
        var full = Path.GetFullPath(path);
        var parent = Path.GetDirectoryName(full);
        if (parent is null)
        {
            return full;
        }

        var resolved = Path.Combine(WithoutLinks(parent), Path.GetFileName(full));
        return Directory.ResolveLinkTarget(resolved, returnFinalTarget: true) is { } target ? WithoutLinks(target.FullName) : resolved;
    }

    // All processes of Postgres have its data folder as working directory, even without a postmaster; so have the others.
    private static List<Orphan> FindByWorkingDirectory(string directory)
    {
        var inside = Path.TrimEndingDirectorySeparator(WithoutLinks(directory)) + Path.DirectorySeparatorChar;
        var found = new List<Orphan>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                continue;
            }

            try
            {
                var program = Path.GetFileName(File.ResolveLinkTarget(Path.Combine(folder, "exe"), false)?.FullName ?? "");
                if (!Programs.Contains(program))
                {
                    continue;
                }

                var workingDirectory = File.ResolveLinkTarget(Path.Combine(folder, "cwd"), false)?.FullName ?? "";
                if ((workingDirectory + Path.DirectorySeparatorChar).StartsWith(inside, StringComparison.Ordinal))
                {
                    found.Add(new Orphan(id, program, program != "postgres" || PostmasterOf(workingDirectory) == id));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The process has ended meanwhile, or belongs to another user.
            }
        }

        return found;
    }

    private static List<Orphan> FindByPidFile(string data)
    {
        try
        {
            if (PostmasterOf(data) is not { } id)
            {
                return [];
            }

            using var process = Process.GetProcessById(id);
            return process.ProcessName == "postgres" ? [new Orphan(id, "postgres", IsMain: true)] : [];
        }
        catch (ArgumentException)
        {
            return [];
        }
    }

    /// <summary>The process id in the data folder's <c>postmaster.pid</c>.</summary>
    private static int? PostmasterOf(string data)
    {
        try
        {
            var line = File.ReadLines(Path.Combine(data, "postmaster.pid")).FirstOrDefault();
            return int.TryParse(line, CultureInfo.InvariantCulture, out var id) ? id : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static async Task SignalAsync(string signal, IEnumerable<Orphan> processes, CancellationToken cancellation)
    {
        foreach (var orphan in processes)
        {
            if (!OperatingSystem.IsWindows())
            {
                // The shell's built-in kill, because small systems have no kill program.
                var id = orphan.Id.ToString(CultureInfo.InvariantCulture);
                await Tool.RunAsync("sh", ["-c", $"kill -{signal} {id}"], Timeout, cancellation);
            }
            else if (signal == "KILL")
            {
                using var process = Process.GetProcessById(orphan.Id);
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task<bool> HaveEndedAsync(string directory, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (Find(directory).Count > 0)
        {
            if (Stopwatch.GetElapsedTime(started) > Timeout)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellation);
        }

        return true;
    }
}
