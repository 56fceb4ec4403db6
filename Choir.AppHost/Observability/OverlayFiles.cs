using System.Text.RegularExpressions;

namespace Choir.AppHost.Observability;

/// <summary>
/// The tools' files. They contain the default addresses of Choir and the tools; a run with other addresses uses copies with
/// these.
/// </summary>
internal static partial class OverlayFiles
{
    /// <summary>The gateway's address in the files.</summary>
    public const string Gateway = "localhost:5080";

    /// <summary>Prometheus' own address in the files.</summary>
    public const string Prometheus = "localhost:9090";

    /// <summary>Alertmanager's address in the files.</summary>
    public const string Alertmanager = "localhost:9093";

    /// <summary>The folder of a tool's files.</summary>
    public static string Of(IDistributedApplicationBuilder builder, string tool) =>
        Path.Combine(builder.AppHostDirectory, "Overlay", tool);

    /// <summary>Writes Prometheus' configuration and rules with the addresses of this run, and removes those of an earlier run.</summary>
    /// <param name="source">The folder of <c>prometheus.yml</c> and <c>rules/</c>.</param>
    /// <param name="target">The target folder, which is recreated.</param>
    /// <param name="gateway">The gateway, as host:port.</param>
    /// <param name="prometheus">Prometheus itself, as host:port.</param>
    /// <param name="alertmanager">Alertmanager, as host:port.</param>
    /// <returns>The path of the configuration.</returns>
    public static string RenderPrometheus(string source, string target, string gateway, string prometheus, string alertmanager)
    {
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }

        Directory.CreateDirectory(Path.Combine(target, "rules"));
        foreach (var file in Directory.EnumerateFiles(source, "*.yml", SearchOption.AllDirectories))
        {
            File.WriteAllText(
                Path.Combine(target, Path.GetRelativePath(source, file)),
                // In one pass, because a new address may equal another default.
                Addresses().Replace(File.ReadAllText(file), match => match.Value switch
                {
                    Gateway => gateway,
                    Prometheus => prometheus,
                    _ => alertmanager,
                }));
        }

        return Path.Combine(target, "prometheus.yml");
    }

    /// <summary>Writes the dashboards with links to this run's gateway.</summary>
    /// <param name="source">The folder of the dashboards.</param>
    /// <param name="target">The target folder.</param>
    /// <param name="gateway">The gateway's URL for a browser.</param>
    public static void RenderDashboards(string source, string target, Uri gateway)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*.json"))
        {
            File.WriteAllText(
                Path.Combine(target, Path.GetFileName(file)),
                File.ReadAllText(file).Replace($"http://{Gateway}", gateway.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal));
        }
    }

    [GeneratedRegex(@"\blocalhost:(5080|9090|9093)\b")]
    private static partial Regex Addresses();
}
