using System.Text;

namespace Choir.Gateway.Alerts;

/// <summary>The pages of <c>docs/runbooks</c>, embedded in the assembly.</summary>
internal static class Runbooks
{
    private const string Folder = "Runbooks/";

    private static readonly Dictionary<string, string> Pages = typeof(Runbooks).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
        .ToDictionary(name => name[Folder.Length..], Read, StringComparer.OrdinalIgnoreCase);

    /// <summary>The alerts that have one.</summary>
    public static IEnumerable<string> Names => Pages.Keys.Order(StringComparer.Ordinal);

    /// <summary>The runbook of an alert as Markdown; null if there is none.</summary>
    public static string? Find(string alert) => Pages.GetValueOrDefault(alert);

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Runbooks).Assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
