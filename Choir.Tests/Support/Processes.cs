using System.Diagnostics;
using System.Globalization;

namespace Choir.Tests.Support;

/// <summary>Finds processes and sends them signals. Finding them needs Linux' <c>/proc</c>.</summary>
internal static class Processes
{
    /// <summary>The reason for skipping a test on other systems.</summary>
    public const string Need = "It looks for processes in Linux' /proc.";

    /// <summary>Sends a signal to processes; some may have ended meanwhile.</summary>
    /// <param name="name">The signal's name without <c>SIG</c>.</param>
    /// <param name="processes">The process ids.</param>
    public static void Signal(string name, params IEnumerable<int> processes)
    {
        // The shell's built-in kill, because small systems have no kill program.
        const string Script = "none=1; name=$1; shift; for id; do kill -$name $id && none=0; done; exit $none";
        using var kill = Process.Start("sh", ["-c", Script, "sh", name, .. processes.Select(id => $"{id}")]);
        kill.WaitForExit();
        if (kill.ExitCode != 0)
        {
            throw new InvalidOperationException($"No process took SIG{name}.");
        }
    }

    /// <summary>Stops (SIGSTOP) a process and its descendants until the result is disposed.</summary>
    public static FrozenProcesses Freeze(int root)
    {
        // The root first, so that it starts no further processes.
        Signal("STOP", root);
        var tree = Tree(root);
        Signal("STOP", tree);
        return new FrozenProcesses(tree);
    }

    /// <summary>A process and its descendants, parents first.</summary>
    public static IReadOnlyList<int> Tree(int root)
    {
        var parents = All().ToDictionary(id => id, ParentOf);
        List<int> found = [root];
        for (var next = 0; next < found.Count; next++)
        {
            found.AddRange(parents.Where(process => process.Value == found[next]).Select(process => process.Key));
        }

        return found;
    }

    /// <summary>The processes with this environment variable, which child processes inherit.</summary>
    public static IReadOnlyList<int> WithVariable(string name, string value) =>
        [.. All().Where(id => Read(id, "environ").Split('\0').Contains($"{name}={value}"))];

    /// <summary>The parent's id; 0 if the process has ended.</summary>
    public static int ParentOf(int process)
    {
        // The second field after the name, which is in parentheses and may contain any character.
        var stat = Read(process, "stat");
        return stat.Length == 0
            ? 0
            : int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
    }

    /// <summary>Whether a process has ended, also if its parent has not asked for its exit code yet.</summary>
    public static bool HasEnded(int process)
    {
        var stat = Read(process, "stat");
        return stat.Length == 0 || stat[stat.LastIndexOf(')') + 2] is 'Z' or 'X';
    }

    /// <summary>The command line of a process; empty if it has ended.</summary>
    public static string CommandOf(int process) => Read(process, "cmdline").Replace('\0', ' ');

    private static IEnumerable<int> All() => Directory.GetDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id > 0);

    // Empty if the process has ended meanwhile, or belongs to another user.
    private static string Read(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

/// <summary>Stopped processes; disposing continues them.</summary>
internal sealed class FrozenProcesses(IReadOnlyList<int> processes) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Processes.Signal("CONT", processes);
}
