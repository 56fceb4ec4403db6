using System.Reflection;

namespace Choir.Actors.Inspection;

/// <summary>The assemblies whose methods are folded in a stack, because they only deliver calls: those of Choir and of Orleans.</summary>
internal static class Libraries
{
    public static bool Contain(Assembly assembly) =>
        assembly.GetName().Name is { } name
        && (name is "Choir.Actors" or "Choir.Observability" or "Orleans" || name.StartsWith("Orleans.", StringComparison.Ordinal));
}
