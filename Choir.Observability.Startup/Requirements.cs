using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;

namespace Choir.Observability.Startup;

/// <summary>
/// Whether the application's assemblies fit. Where the application has an assembly, it is used, also by what comes with the hook; it must be
/// at least as new as the one with which that was built.
/// </summary>
internal static partial class Requirements
{
    private static readonly Version? OrleansVersion = Parse(
        typeof(Requirements).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(one => one.Key == "OrleansVersion").Value);

    /// <summary>Whether the application has the silo of Orleans.</summary>
    public static bool HasSilo => Load("Orleans.Runtime") is not null;

    /// <summary>What does not fit, a sentence; null if all does. To be called before the hook's assemblies can be loaded.</summary>
    public static string? Missing(HookFolder folder) => folder.Files.Select(own => Check(own, folder)).FirstOrDefault(problem => problem is not null);

    /// <summary>The version at the start of a text, as in <c>1.20.1+0bfd4c3</c> and <c>11.0.0-rc.1</c>; null if there is none.</summary>
    internal static Version? Parse(string? text) => Version.TryParse(Numbers().Match(text ?? "").Value, out var version) ? version : null;

    private static string? Check(KeyValuePair<string, string> own, HookFolder folder)
    {
        var used = Load(own.Key);
        if (used is not null && used.Location != own.Value)
        {
            return Compare(own.Key, VersionOf(used), Parse(FileVersionInfo.GetVersionInfo(own.Value).ProductVersion));
        }

        try
        {
            return HookFolder.ReferencesOf(own.Value).Where(reference => !folder.Files.ContainsKey(reference.Name!))
                .Select(Check).FirstOrDefault(problem => problem is not null);
        }
        catch (BadImageFormatException)
        {
            return $"{own.Value} is damaged.";
        }
    }

    private static string? Check(AssemblyName reference)
    {
        var (name, needed) = (reference.Name!, reference.Version);
        return Load(name) is not { } used ? $"neither the application nor the hook has {name} {needed}."
            : name.StartsWith("Orleans.", StringComparison.Ordinal) ? Compare(name, VersionOf(used), OrleansVersion)
            : Compare(name, used.GetName().Version, needed);
    }

    private static string? Compare(string name, Version? has, Version? needed) =>
        has >= needed ? null : $"the application has {name} {has}; Choir needs {needed} or later.";

    private static Version? VersionOf(Assembly assembly) =>
        Parse(assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);

    // Without a version: the runtime finds the application's, whatever it is.
    private static Assembly? Load(string name)
    {
        try
        {
            return AssemblyLoadContext.Default.LoadFromAssemblyName(new AssemblyName(name));
        }
        catch (Exception e) when (e is IOException or BadImageFormatException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^\d+(\.\d+)+")]
    private static partial Regex Numbers();
}
