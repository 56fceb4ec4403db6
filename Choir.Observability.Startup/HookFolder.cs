using System.Runtime.Loader;

namespace Choir.Observability.Startup;

/// <summary>The assemblies that come with the hook.</summary>
/// <param name="path">Their folder.</param>
internal sealed class HookFolder(string path)
{
    private readonly Dictionary<string, string> _files =
        Directory.GetFiles(path, "*.dll").ToDictionary(file => Path.GetFileNameWithoutExtension(file), StringComparer.OrdinalIgnoreCase);

    /// <summary>The assemblies' names and files.</summary>
    public IReadOnlyDictionary<string, string> Files => _files;

    /// <summary>Loads them where the application has none of the name: the runtime asks only then.</summary>
    public void Resolve() => AssemblyLoadContext.Default.Resolving += (context, name) =>
        name.Name is { } simple && _files.TryGetValue(simple, out var file) ? context.LoadFromAssemblyPath(file) : null;
}
