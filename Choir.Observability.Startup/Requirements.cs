using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Choir.Observability.Startup;

/// <summary>
/// Whether the application's assemblies fit. Where the application has an assembly, it is used, also by what comes with the hook; it must be
/// at least as new as the one with which that was built.
/// </summary>
internal sealed partial class Requirements
{
    private static readonly Version OrleansVersion = Version.Parse(
        typeof(Requirements).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(one => one.Key == "OrleansVersion").Value!);

    private readonly Lazy<string?> _missing;

    public Requirements(HookFolder folder) => _missing = new Lazy<string?>(() => folder.Files.Select(Check).FirstOrDefault(problem => problem is not null));

    /// <summary>Whether the application has the silo of Orleans.</summary>
    public static bool HasSilo => Load("Orleans.Runtime") is not null;

    /// <summary>What does not fit, a sentence; null if all does.</summary>
    public string? Missing => _missing.Value;

    /// <summary>The version at the start of a text, as in <c>1.20.1+0bfd4c3</c> and <c>11.0.0-rc.1</c>.</summary>
    internal static Version? Parse(string? text) => Version.TryParse(Numbers().Match(text ?? "").Value, out var version) ? version : null;

    private static string? Check(KeyValuePair<string, string> own)
    {
        var used = Load(own.Key);
        if (used is null)
        {
            return $"{own.Key} cannot be loaded.";
        }

        return used.Location == own.Value
            ? used.GetReferencedAssemblies().Select(Check).FirstOrDefault(problem => problem is not null)
            : Compare(own.Key, VersionOf(used), Parse(FileVersionInfo.GetVersionInfo(own.Value).ProductVersion));
    }

    private static string? Check(AssemblyName reference)
    {
        var (name, needed) = (reference.Name!, reference.Version);
        return Load(name) is not { } used ? $"The application has no {name}; Choir needs {needed}."
            : name.StartsWith("Orleans.", StringComparison.Ordinal) ? Compare(name, VersionOf(used), OrleansVersion)
            : Compare(name, used.GetName().Version, needed);
    }

    private static string? Compare(string name, Version? has, Version? needed) =>
        has >= needed ? null : $"The application has {name} {has}; Choir needs {needed} or later.";

    private static Version? VersionOf(Assembly assembly) =>
        Parse(assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);

    // Without a version: the runtime finds the application's, whatever it is.
    private static Assembly? Load(string name)
    {
        try
        {
            return Assembly.Load(new AssemblyName(name));
        }
        catch (Exception e) when (e is IOException or BadImageFormatException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^\d+(\.\d+)+")]
    private static partial Regex Numbers();
}
