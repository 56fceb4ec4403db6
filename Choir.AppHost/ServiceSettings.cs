using Microsoft.Extensions.Configuration;

namespace Choir.AppHost;

/// <summary>Passes the settings that were given to the AppHost on to the services.</summary>
internal static class ServiceSettings
{
    private static readonly string[] Sections =
        ["Actors", "Chain", "Gateway", "Health", "Logging", "Model", "PostChain", "Retention", "Storage", "Telemetry"];

    // They may be secret, and are passed as parameters.
    private static readonly string[] Parameters = ["Chain:Url", "Chain:PrivateKey", "Model:Key"];

    /// <summary>
    /// Passes the settings of the services' sections as environment variables. They replace those of Aspire and of the model, and
    /// those that the service inherits from the AppHost; variables that are added later replace them.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithSettings(this IResourceBuilder<ProjectResource> service)
    {
        var settings = Given((IConfigurationRoot)service.ApplicationBuilder.Configuration);
        var inherited = Environment.GetEnvironmentVariables().Keys.Cast<string>().ToList();
        return service.WithEnvironment(context =>
        {
            foreach (var (key, value) in settings)
            {
                // The configuration ignores case, but the names of variables do not, and Aspire writes some in capitals.
                var name = key.Replace(":", "__", StringComparison.Ordinal);
                foreach (var same in context.EnvironmentVariables.Keys.Where(other => name.Equals(other, StringComparison.OrdinalIgnoreCase)).ToList())
                {
                    context.EnvironmentVariables.Remove(same);
                }

                foreach (var spelling in Spellings(name, inherited))
                {
                    context.EnvironmentVariables[spelling] = value;
                }
            }
        });
    }

    /// <summary>The names of the variables that the service would inherit for a setting; if there is none, the name itself.</summary>
    internal static IEnumerable<string> Spellings(string name, IEnumerable<string> inherited) =>
        inherited.Where(other => name.Equals(other, StringComparison.OrdinalIgnoreCase)).DefaultIfEmpty(name);

    // Without those of the AppHost's own file, which are about the AppHost.
    private static List<KeyValuePair<string, string>> Given(IConfigurationRoot configuration)
    {
        var given = new ConfigurationRoot(
            [.. configuration.Providers.Where(provider => provider is not FileConfigurationProvider { Source.Path: "appsettings.json" })]);
        return
        [
            .. Sections.SelectMany(section => given.GetSection(section).AsEnumerable())
                .Where(setting => setting.Value is { Length: > 0 } && !Parameters.Contains(setting.Key, StringComparer.OrdinalIgnoreCase))
                .Select(setting => KeyValuePair.Create(setting.Key, setting.Value!)),
        ];
    }
}
