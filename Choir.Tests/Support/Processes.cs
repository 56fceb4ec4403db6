using System.Diagnostics;
using System.Globalization;

namespace Choir.Tests.Support;

/// <summary>Finds processes of this machine and sends them signals. Finding needs Linux' <c>/proc</c>.</summary>
internal static class Processes
{
    /// <summary>Why a test that finds processes is skipped elsewhere.</summary>
    public const string Need = "It looks for processes in Linux' /proc.";

    /// <summary>Sends a signal to processes, of which some may have ended meanwhile.</summary>
    /// <param name="name">Its name without <c>SIG</c>.</param>
    /// <param name="processes">Their ids.</param>
    public static void Signal(string name, params IEnumerable<int> processes)
    {
        // The shell's own kill, because a small system has no other.
        const string Script = "none=1; name=$1; shift; for id; do kill -$name $id && none=0; done; exit $none";
        using var kill = Process.Start("sh", ["-c", Script, "sh", name, .. processes.Select(id => $"{id}")]);
        kill.WaitForExit();
        if (kill.ExitCode != 0)
        {
            throw new InvalidOperationException($"No process took SIG{name}.");
        }
    }

    /// <summary>Stops a process and everything that descends from it in their tracks, until the answer is disposed.</summary>
    public static FrozenProcesses Freeze(int root)
    {
        // The root first: then it starts no other.
        Signal("STOP", root);
        var tree = Tree(root);
        Signal("STOP", tree);
        return new FrozenProcesses(tree);
    }

    /// <summary>A process and everything that descends from it, parents first.</summary>
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

    /// <summary>The processes that were started with this environment variable; their children inherit it.</summary>
    public static IReadOnlyList<int> WithVariable(string name, string value) =>
        [.. All().Where(id => Read(id, "environ").Split('\0').Contains($"{name}={value}"))];

    /// <summary>The process that a process is a child of; 0 for one that has ended.</summary>
    public static int ParentOf(int process)
    {
        // The second field after the name, which stands in parentheses and may hold anything.
        var stat = Read(process, "stat");
        return stat.Length == 0
            ? 0
            : int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
    }

    /// <summary>The command line that a process was started with; empty of one that has ended.</summary>
    public static string CommandOf(int process) => Read(process, "cmdline").Replace('\0', ' ');

    private static IEnumerable<int> All() => Directory.GetDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id > 0);

    // Empty for one that has ended meanwhile, or is another user's.
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

/// <summary>Processes that have been stopped in their tracks; disposing this lets them go on.</summary>
internal sealed class FrozenProcesses(IReadOnlyList<int> processes) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Processes.Signal("CONT", processes);
}
