using System.Diagnostics;

namespace Choir.Observability.Startup;

/// <summary>Where the startup hook begins.</summary>
public static class Entry
{
    /// <summary>Observes each Orleans silo that this process builds from now on. Called once, before the program.</summary>
    public static void Start() => DiagnosticListener.AllListeners.Subscribe(
        new HostBuildingWatch(new HookFolder(Path.GetDirectoryName(typeof(Entry).Assembly.Location)!)));
}
