using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Choir.AppHost.Observability;

/// <summary>
/// Makes what Alertmanager is started with: one file of the overlay's base and the channels that are configured, and beside
/// it each secret in a file of its own.
/// </summary>
internal static partial class AlertmanagerConfiguration
{
    /// <summary>The name of the file to start Alertmanager with.</summary>
    public const string FileName = "alertmanager.yml";

    private const string SecretsFolder = "secrets";
    private const string ApiKeyFile = "choir-api-key";

    /// <summary>Writes the files, in place of those of an earlier run.</summary>
    /// <param name="configuration">Holds the channels' settings, in section <c>Alerting</c>.</param>
    /// <param name="overlay">The folder of <c>alertmanager.yml</c> and <c>channels/</c>.</param>
    /// <param name="folder">Where to write; it is made if it is not there, and nobody but this user may read it.</param>
    /// <param name="gateway">Where the gateway is, as Alertmanager reaches it.</param>
    /// <param name="apiKey">The key that the gateway asks for.</param>
    /// <param name="seenAs">What Alertmanager calls <paramref name="folder"/>, if that is something else: in a container.</param>
    /// <returns>The path of the file to start Alertmanager with.</returns>
    /// <exception cref="Infrastructure.InfrastructureException">A channel is configured by half or wrongly.</exception>
    public static string Render(
        IConfiguration configuration, string overlay, string folder, Uri gateway, string apiKey, string? seenAs = null)
    {
        var channels = AlertmanagerChannels.Read(configuration);
        var secrets = Path.Combine(folder, SecretsFolder);
        if (Directory.Exists(secrets))
        {
            Directory.Delete(secrets, recursive: true);
        }

        MakePrivate(folder);
        MakePrivate(secrets);

        // Alertmanager looks for some files beside its own and for others where it was started: so these have full paths.
        var seen = seenAs is null ? Path.GetFullPath(secrets) : $"{seenAs.TrimEnd('/')}/{SecretsFolder}";
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
                    values[Placeholder(channel.Channel, setting.FileKey)] = $"{seen}/{name}";
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
        WritePrivate(file, $"# Choir's app host makes this at each start, from {overlay}. What is changed here is lost.\n{text}");
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

    // Made anew: the mode of a file that is there stays as it is.
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
