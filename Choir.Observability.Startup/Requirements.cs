using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;

namespace Choir.Observability.Startup;

/// <summary>
/// Compares the application's assemblies with those of the hook. Where the application has an assembly, it is used, also by what comes with
/// the hook; it must be at least as new as the one with which that was built. Of OpenTelemetry an older one will do to add to.
/// </summary>
internal static partial class Requirements
{
    private const string Telemetry = "OpenTelemetry";

    // The oldest with which this was tried: see samples/ShopWithTelemetry.
    private static readonly Version OldestTelemetry = new(1, 15, 3);

    private static readonly Version? OrleansVersion = Parse(
        typeof(Requirements).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(one => one.Key == "OrleansVersion").Value);

    /// <summary>Whether the application has the silo of Orleans.</summary>
    public static bool HasSilo => Load("Orleans.Runtime") is not null;

    /// <summary>Whether the name of an assembly is one of OpenTelemetry's.</summary>
    public static bool IsTelemetry(string name) => name == Telemetry || name.StartsWith(Telemetry + ".", StringComparison.Ordinal);

    /// <summary>Compares all. To be called before the hook's assemblies can be loaded.</summary>
    public static Fitness Check(HookFolder folder)
    {
        var canExport = true;
        foreach (var (name, file) in folder.Files)
        {
            if (Load(name) is { } used && used.Location != file)
            {
                var (has, needed) = (VersionOf(used), Parse(FileVersionInfo.GetVersionInfo(file).ProductVersion));
                if (has < needed && IsTelemetry(name) && Load(Telemetry) is not null)
                {
                    (canExport, needed) = (false, OldestTelemetry);
                }

                if (Compare(name, has, needed) is { } problem)
                {
                    return new Fitness(problem);
                }
            }
            else if (CheckReferences(file, folder) is { } problem)
            {
                return new Fitness(problem);
            }
        }

        return new Fitness(null, canExport);
    }

    /// <summary>The version at the start of a text, as in <c>1.20.1+0bfd4c3</c> and <c>11.0.0-rc.1</c>; null if there is none.</summary>
    internal static Version? Parse(string? text) => Version.TryParse(Numbers().Match(text ?? "").Value, out var version) ? version : null;

    private static string? CheckReferences(string file, HookFolder folder)
    {
        try
        {
            return HookFolder.ReferencesOf(file).Where(reference => !folder.Files.ContainsKey(reference.Name!))
                .Select(Check).FirstOrDefault(problem => problem is not null);
        }
        catch (BadImageFormatException)
        {
            return $"{file} is damaged.";
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
