using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Hosting;

namespace Choir.AppHost.Stopping;

/// <summary>
/// Ends the orchestrator's last process when all resources have stopped. By itself it ends up to two seconds after the app host,
/// because it polls for the process that had started it. Not used in another program that hosts the app host, as tests do:
/// several may run in it, and nothing tells whose orchestrator it is.
/// </summary>
internal sealed class OrchestratorEnd : IHostedLifecycleService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private int? _controllers;

    /// <summary>Looks for the process: the one that monitors the orchestrator's API server, which monitors this process.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _controllers = OperatingSystem.IsLinux() && Find("start-apiserver", Environment.ProcessId) is [var server]
            && Find("run-controllers", server) is [var controllers]
            ? controllers
            : null;
        return Task.CompletedTask;
    }

    /// <summary>Called after all hosted services have stopped, so after the orchestrator has stopped every resource.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (_controllers is not { } id || !IsControllers(id))
        {
            return;
        }

        // The shell's built-in kill, because small systems have no kill program.
        using var kill = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -TERM {id}")]);
        var started = Stopwatch.GetTimestamp();
        while (IsControllers(id) && Stopwatch.GetElapsedTime(started) < Timeout)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static bool IsControllers(int id) => Arguments(id).Contains("run-controllers");

    private static List<int> Find(string command, int monitored)
    {
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && Arguments(id) is var arguments
                && arguments.Contains(command)
                && Array.IndexOf(arguments, "--monitor") is >= 0 and var option
                && arguments.ElementAtOrDefault(option + 1) == monitored.ToString(CultureInfo.InvariantCulture))
            {
                found.Add(id);
            }
        }

        return found;
    }

    /// <summary>The arguments of a process; none if it has ended.</summary>
    private static string[] Arguments(int id)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/cmdline")).Split('\0');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
