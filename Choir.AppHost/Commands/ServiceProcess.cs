using System.Diagnostics;
using System.Globalization;

namespace Choir.AppHost.Commands;

/// <summary>The process of a service that the orchestrator started through <c>dotnet run</c>.</summary>
internal static class ServiceProcess
{
    /// <summary>
    /// Kills a service, and returns the ids of the killed processes. The service is the child of <paramref name="started"/>, or
    /// that process itself if it was started without <c>dotnet run</c>.
    /// </summary>
    /// <exception cref="CommandException">The process is not running.</exception>
    public static IReadOnlyList<int> Kill(int started)
    {
        using var process = Find(started) ?? throw new CommandException($"Process {started} is not running any more.");
        if (!OperatingSystem.IsLinux())
        {
            // Without /proc the child is unknown, so both are killed.
            process.Kill(entireProcessTree: true);
            return [started];
        }

        var children = ChildrenOf(started);
        int[] services = children.Count > 0 ? [.. children] : [started];
        foreach (var id in services)
        {
            using var service = Find(id);
            service?.Kill();
        }

        return services;
    }

    /// <summary>The running child processes of a process. Linux only.</summary>
    internal static IReadOnlyList<int> ChildrenOf(int parent)
    {
        var children = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && ParentOf(folder) == parent)
            {
                children.Add(id);
            }
        }

        return children;
    }

    // "id (name) state parent …": the name may contain spaces and parentheses.
    private static int? ParentOf(string folder)
    {
        try
        {
            var status = File.ReadAllText(Path.Combine(folder, "stat"));
            var fields = status[(status.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields is [not "Z", var parent, ..] && int.TryParse(parent, CultureInfo.InvariantCulture, out var id) ? id : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The process has ended meanwhile.
            return null;
        }
    }

    private static Process? Find(int id)
    {
        try
        {
            return Process.GetProcessById(id);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
