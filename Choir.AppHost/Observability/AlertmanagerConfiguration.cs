using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Choir.AppHost.Observability;

/// <summary>
/// Writes Alertmanager's configuration: one file from the overlay's base and the configured channels, and one file for each
/// secret.
/// </summary>
internal static partial class AlertmanagerConfiguration
{
    /// <summary>The name of Alertmanager's configuration file.</summary>
    public const string FileName = "alertmanager.yml";

    private const string SecretsFolder = "secrets";
    private const string ApiKeyFile = "choir-api-key";

    /// <summary>Writes the files, and removes those of an earlier run.</summary>
    /// <param name="configuration">The configuration with section <c>Alerting</c>.</param>
    /// <param name="overlay">The folder of <c>alertmanager.yml</c> and <c>channels/</c>.</param>
    /// <param name="folder">The target folder; created if missing, accessible to the current user only.</param>
    /// <param name="gateway">The gateway's URL for Alertmanager.</param>
    /// <param name="apiKey">The gateway's API key.</param>
    /// <param name="mountedAs">The path of <paramref name="folder"/> in Alertmanager's container; null without a container.</param>
    /// <returns>The path of the configuration file.</returns>
    /// <exception cref="Infrastructure.InfrastructureException">A channel is configured incorrectly.</exception>
    public static string Render(
        IConfiguration configuration, string overlay, string folder, Uri gateway, string apiKey, string? mountedAs = null)
    {
        var channels = AlertmanagerChannels.Read(configuration);
        var secrets = Path.Combine(folder, SecretsFolder);
        if (Directory.Exists(secrets))
        {
            Directory.Delete(secrets, recursive: true);
        }

        MakePrivate(folder);
        MakePrivate(secrets);

        // Full paths, because Alertmanager resolves some paths against its configuration file and others against its working directory.
        var secretsPath = mountedAs is null ? Path.GetFullPath(secrets) : $"{mountedAs.TrimEnd('/')}/{SecretsFolder}";
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        WritePrivate(Path.Combine(secrets, ApiKeyFile), apiKey);
        foreach (var channel in channels.Where(channel => !channel.Channel.ThroughGateway))
        {
            foreach (var setting in channel.Channel.Settings.Where(setting => channel.Values.ContainsKey(setting.Key)))
            {
                if (setting.Secret)
                {
                    var name = $"{channel.Channel.Name}-{Words(setting.Key, '-').ToLowerInvariant()}";
                    WritePrivate(Path.Combine(secrets, name), channel.Values[setting.Key]);
                    values[Placeholder(channel.Channel, setting.FileKey)] = $"{secretsPath}/{name}";
                }
                else
                {
                    values[Placeholder(channel.Channel, setting.Key)] = channel.Values[setting.Key];
                }
            }
        }

        var text = new AlertmanagerYaml(values, gateway).Merge(
            File.ReadAllText(Path.Combine(overlay, FileName)),
            channels.Select(channel => File.ReadAllText(Path.Combine(overlay, "channels", $"{channel.Channel.Name}.yml"))));
        var file = Path.Combine(folder, FileName);
        WritePrivate(file, $"# Choir's app host generates this file at each start from {overlay}. Changes are lost.\n{text}");
        return file;
    }

    /// <summary><c>Slack</c>, <c>WebhookUrl</c>: <c>SLACK_WEBHOOK_URL</c>.</summary>
    private static string Placeholder(AlertmanagerChannel channel, string key) =>
        $"{channel.Section}_{Words(key, '_')}".ToUpperInvariant();

    private static string Words(string name, char separator) => WordBegin().Replace(name, $"{separator}");

    private static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    // Recreated, because an existing file would keep its mode.
    private static void WritePrivate(string file, string text)
    {
        File.Delete(file);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(file, options);
        stream.Write(Encoding.UTF8.GetBytes(text));
    }

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex WordBegin();
}
