using System.Collections.Concurrent;
using System.Reflection;

namespace Choir.Actors.Inspection;

/// <summary>The assemblies whose methods are folded in a stack, because they only deliver calls: those of Choir and of Orleans.</summary>
internal static class Libraries
{
    private static readonly ConcurrentDictionary<Assembly, bool> Known = new();

    public static bool Contain(Assembly assembly) => Known.GetOrAdd(assembly, static one =>
        one.GetName().Name is { } name
        && (name is "Choir.Actors" or "Choir.Observability" or "Orleans" || name.StartsWith("Orleans.", StringComparison.Ordinal)));
}
