using System.Diagnostics.CodeAnalysis;
using System.Reflection;

/// <summary>
/// The runtime calls it before the program, if <c>DOTNET_STARTUP_HOOKS</c> names this assembly. Name and signature are prescribed. It starts
/// Choir.Observability.Startup, which needs .NET 10, from the same folder.
/// </summary>
internal static class StartupHook
{
    private const string Observer = "Choir.Observability.Startup";
    private const int NeededRuntime = 10;

    /// <summary>Never throws: an exception would end the program.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "No failure may reach the program.")]
    public static void Initialize()
    {
        try
        {
            if (Environment.Version.Major >= NeededRuntime)
            {
                Start();
            }
            else if (File.Exists(Path.Combine(AppContext.BaseDirectory, "Orleans.Runtime.dll")))
            {
                Console.Error.WriteLine($"Choir.Observability: the grains are not observed: the application runs on .NET {Environment.Version}; Choir needs .NET {NeededRuntime} or later.");
            }
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"Choir.Observability: the grains are not observed: {e.GetType().Name}: {e.Message}");
        }
    }

    private static void Start()
    {
        // Only newer runtimes than this assembly was built for have it. Assembly.LoadFrom would also answer for what the application lacks.
        var contexts = typeof(object).Assembly.GetType("System.Runtime.Loader.AssemblyLoadContext", throwOnError: true)!;
        var load = (Func<string, Assembly>)contexts.GetMethod("LoadFromAssemblyPath")!.CreateDelegate(
            typeof(Func<string, Assembly>), contexts.GetProperty("Default")!.GetValue(null));
        var assembly = load(Path.Combine(Path.GetDirectoryName(typeof(StartupHook).Assembly.Location)!, Observer + ".dll"));
        var start = assembly.GetType(Observer + ".Entry", throwOnError: true)!.GetMethod("Start", BindingFlags.Public | BindingFlags.Static)!;

        // A delegate, because Invoke would wrap exceptions.
        ((Action)start.CreateDelegate(typeof(Action)))();
    }
}
