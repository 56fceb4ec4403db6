using System.Diagnostics;
using System.Globalization;

namespace Choir.AppHost.Infrastructure;

/// <summary>
/// Stops what a killed run has left in a data folder. Only for whoever holds the folder's lock: then any of these
/// programs that works in it is nobody's.
/// </summary>
internal static class Leftovers
{
    private static readonly string[] Programs = ["postgres", "anvil", "prometheus", "alertmanager", "prometheus-alertmanager"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task StopAsync(string directory)
    {
        var found = Find(directory);
        if (found.Count == 0) return;
        Progress.Say($"Stopping what an earlier run left behind: {string.Join(", ", found.Select(p => $"{p.Name} ({p.Id})"))}");
        // A frozen process takes no other signal; SIGINT is Postgres' fast shutdown, and the others write what they hold on it.
        // Postgres' children end with their parent, dead or told to; a signal of their own would mean something else.
        await SignalAsync("CONT", found);
        await SignalAsync("INT", found.Where(leftover => leftover.IsMain));
        if (await EndAsync(directory)) return;
        await SignalAsync("KILL", Find(directory));
        if (!await EndAsync(directory))
            throw new InfrastructureException(
                $"These processes of an earlier run still work in {directory} and do not end: " +
                $"{string.Join(", ", Find(directory).Select(p => $"{p.Name} ({p.Id})"))}. End them and start again.");
    }

    private readonly record struct Leftover(int Id, string Name, bool IsMain);

    private static List<Leftover> Find(string directory)
    {
        if (OperatingSystem.IsLinux()) return FindByWorkingDirectory(directory);
        return FindByPidFile(Path.Combine(directory, PostgresCluster.DataFolder));
    }

    // Postgres' every process works in its data folder, also those whose postmaster is gone; so do the others.
    private static List<Leftover> FindByWorkingDirectory(string directory)
    {
        var inside = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)) + Path.DirectorySeparatorChar;
        var found = new List<Leftover>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            try
            {
                var program = Path.GetFileName(File.ResolveLinkTarget(Path.Combine(folder, "exe"), false)?.FullName ?? "");
                if (!Programs.Contains(program)) continue;
                var works = File.ResolveLinkTarget(Path.Combine(folder, "cwd"), false)?.FullName ?? "";
                if ((works + Path.DirectorySeparatorChar).StartsWith(inside, StringComparison.Ordinal))
                    found.Add(new Leftover(id, program, program != "postgres" || PostmasterOf(works) == id));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile, or is another user's.
            }
        }

        return found;
    }

    private static List<Leftover> FindByPidFile(string data)
    {
        try
        {
            if (PostmasterOf(data) is not { } id) return [];
            using var process = Process.GetProcessById(id);
            return process.ProcessName == "postgres" ? [new Leftover(id, "postgres", IsMain: true)] : [];
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

    private static async Task SignalAsync(string signal, IEnumerable<Leftover> processes)
    {
        foreach (var leftover in processes)
        {
            if (!OperatingSystem.IsWindows())
            {
                // The shell's own kill, because a small system has no other.
                var id = leftover.Id.ToString(CultureInfo.InvariantCulture);
                await Tool.RunAsync("sh", ["-c", $"kill -{signal} {id}"], Patience);
            }
            else if (signal == "KILL")
            {
                using var process = Process.GetProcessById(leftover.Id);
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task<bool> EndAsync(string directory)
    {
        var started = Stopwatch.GetTimestamp();
        while (Find(directory).Count > 0)
        {
            if (Stopwatch.GetElapsedTime(started) > Patience) return false;
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        return true;
    }
}
