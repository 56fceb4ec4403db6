using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
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

    /// <summary>Reads what an assembly references. Does not load it: Orleans looks at what is loaded.</summary>
    /// <exception cref="BadImageFormatException">It is damaged.</exception>
    public static IReadOnlyList<AssemblyName> ReferencesOf(string file)
    {
        using var image = new PEReader(File.OpenRead(file));
        var reader = image.GetMetadataReader();
        return [.. reader.AssemblyReferences.Select(handle => reader.GetAssemblyReference(handle).GetAssemblyName())];
    }

    /// <summary>Lets the runtime load them from now on, where the application has none of the name: it asks only then.</summary>
    /// <param name="isUsed">Whether to load the assembly of a name.</param>
    public void Resolve(Func<string, bool> isUsed) => AssemblyLoadContext.Default.Resolving += (context, name) =>
        name.Name is { } simple && isUsed(simple) && _files.TryGetValue(simple, out var file) ? context.LoadFromAssemblyPath(file) : null;
}
