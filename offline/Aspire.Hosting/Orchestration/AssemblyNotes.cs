using System.Reflection;

namespace Aspire.Hosting.Orchestration;

/// <summary>What the build noted in the AppHost's assembly (Sdk.targets).</summary>
internal static class AssemblyNotes
{
    public static string? AppHostDirectory(Assembly? assembly) =>
        Find(assembly, "apphostprojectpath") is { } path && Directory.Exists(path) ? path : null;

    /// <summary>The build output of a referenced project.</summary>
    public static string? ProjectOutput(Assembly? assembly, string projectPath) =>
        Find(assembly, "projectoutput:" + projectPath);

    private static string? Find(Assembly? assembly, string key) => assembly?.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(note => string.Equals(note.Key, key, StringComparison.OrdinalIgnoreCase))?.Value;
}
