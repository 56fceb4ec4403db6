using System.Diagnostics;
using System.Globalization;
using Choir.AppHost.Infrastructure.Postgres;

namespace Choir.AppHost.Infrastructure.Data;

/// <summary>
/// Stops processes that a killed run has left in a data folder. Only for whoever holds the folder's lock: then no run owns
/// the programs that work in it.
/// </summary>
internal static class OrphanProcesses
{
    private static readonly string[] Programs = ["postgres", "anvil", "prometheus", "alertmanager", "prometheus-alertmanager"];
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Stops what an earlier run left, and says so.</summary>
    /// <returns>Whether there was anything.</returns>
    public static async Task<bool> StopAsync(string directory, CancellationToken cancellation)
    {
        var found = Find(directory).Where(orphan => orphan.IsMain).ToList();
        if (found.Count > 0)
        {
            Progress.Say($"Stopping what an earlier run left running: {Names(found)}");
        }

        return await StopQuietlyAsync(directory, cancellation);
    }

    /// <summary>Stops whatever still works in the folder.</summary>
    /// <returns>Whether there was anything.</returns>
    /// <exception cref="InfrastructureException">Something does not end.</exception>
    public static async Task<bool> StopQuietlyAsync(string directory, CancellationToken cancellation)
    {
        var found = Find(directory);
        if (found.Count == 0)
        {
            return false;
        }
        // A frozen process takes no other signal; SIGINT is Postgres' fast shutdown, and the others write what they hold on it.
        // Postgres' children end with their parent, dead or told to; a signal of their own would mean something else.
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
            $"These processes of an earlier run still work in {directory} and do not end: {Names(Find(directory))}. " +
            "End them and start again.");
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

    // Postgres' every process works in its data folder, also those whose postmaster is gone; so do the others.
    private static List<Orphan> FindByWorkingDirectory(string directory)
    {
        var inside = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)) + Path.DirectorySeparatorChar;
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

                var works = File.ResolveLinkTarget(Path.Combine(folder, "cwd"), false)?.FullName ?? "";
                if ((works + Path.DirectorySeparatorChar).StartsWith(inside, StringComparison.Ordinal))
                {
                    found.Add(new Orphan(id, program, program != "postgres" || PostmasterOf(works) == id));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile, or is another user's.
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

    /// <summary>Who, by Postgres' own note, runs in this data folder.</summary>
    private static int? PostmasterOf(string data)
    {
        try
        {
            var note = File.ReadLines(Path.Combine(data, "postmaster.pid")).FirstOrDefault();
            return int.TryParse(note, CultureInfo.InvariantCulture, out var id) ? id : null;
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
                // The shell's own kill, because a small system has no other.
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

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
        }

        return true;
    }
}
