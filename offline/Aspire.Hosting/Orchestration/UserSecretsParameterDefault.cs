using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration.UserSecrets;

namespace Aspire.Hosting.Orchestration;

/// <summary>Makes a value up once and keeps it in the AppHost's user secrets, where the next run finds it.</summary>
internal sealed class UserSecretsParameterDefault(Assembly appHost, string parameter, ParameterDefault inner) : ParameterDefault
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public override string GetDefaultValue()
    {
        var value = inner.GetDefaultValue();
        if (appHost.GetCustomAttribute<UserSecretsIdAttribute>() is { } id)
            Save(PathHelper.GetSecretsPathFromSecretsId(id.UserSecretsId), $"Parameters:{parameter}", value);
        return value;
    }

    private static void Save(string path, string key, string value)
    {
        var secrets = File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? [] : [];
        secrets[key] = value;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // Only the owner may read it; the file may not be there half-written.
        var draft = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new StreamWriter(draft, options))
            file.Write(secrets.ToJsonString(Indented));
        File.Move(draft, path, overwrite: true);
    }
}
