namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>What to run.</summary>
internal sealed record ProcessPlan(string Command, IReadOnlyList<string> Arguments, string WorkingDirectory,
    IReadOnlyDictionary<string, string> Environment);

/// <summary>
/// A program and everything that it starts. None of it outlives this process, however this process ends.
/// </summary>
internal abstract class ChildProcess
{
    /// <summary>How long a program may take to end when told to, before it is ended by force.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>What is the AppHost's own business; the real one keeps these from its children too.</summary>
    protected static readonly IReadOnlySet<string> NotInherited =
        new HashSet<string> { "ASPNETCORE_URLS", "DOTNET_LAUNCH_PROFILE", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT" };

    /// <summary>The program's process id.</summary>
    public abstract int Id { get; }

    /// <summary>Ends with the program, after its last line. The exit code; 128 and the signal's number if a signal ended it.</summary>
    public abstract Task<int> Exited { get; }

    /// <summary>
    /// Starts a program; each line that it writes goes to <paramref name="onLine"/> (true for the error stream).
    /// </summary>
    /// <exception cref="DistributedApplicationException">It cannot be started.</exception>
    public static ChildProcess Start(ProcessPlan plan, Action<string, bool> onLine) => OperatingSystem.IsWindows()
        ? new WindowsProcess(plan, onLine)
        : new UnixProcess(plan, onLine);

    /// <summary>Tells the program to end, and ends it and all that it started by force after <see cref="Grace"/>.</summary>
    public abstract Task StopAsync();

    /// <summary>Ends everything at once.</summary>
    public abstract void Kill();
}
