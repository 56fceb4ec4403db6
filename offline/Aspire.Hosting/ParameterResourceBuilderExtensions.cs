using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>Parameters: values from configuration (<c>Parameters:NAME</c>).</summary>
public static class ParameterResourceBuilderExtensions
{
    /// <summary>Adds a parameter that configuration must have.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder,
        [ResourceName] string name, bool secret = false) =>
        builder.AddResource(new ParameterResource(name, given => Resolve(builder.Configuration, name, given), secret));

    /// <summary>Adds a parameter with a value that configuration can change.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder,
        [ResourceName] string name, string value, bool publishValueAsDefault = false, bool secret = false) =>
        builder.AddParameter(name, () => value, publishValueAsDefault, secret);

    /// <summary>Adds a parameter whose value is asked for when it is needed, if configuration has none.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder,
        [ResourceName] string name, Func<string> valueGetter, bool publishValueAsDefault = false, bool secret = false) =>
        builder.AddResource(new ParameterResource(name,
            _ => builder.Configuration[$"Parameters:{name}"] is { Length: > 0 } given ? given : valueGetter(), secret));

    /// <summary>
    /// Adds a parameter whose value is made up if configuration has none; with <paramref name="persist"/> it is kept in the
    /// AppHost's user secrets.
    /// </summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder,
        [ResourceName] string name, ParameterDefault value, bool secret = false, bool persist = false)
    {
        var parameter = builder.AddParameter(name, secret);
        parameter.Resource.Default = persist && builder.AppHostAssembly is { } assembly
            ? new UserSecretsParameterDefault(assembly, name, value)
            : value;
        return parameter;
    }

    private static string Resolve(ConfigurationManager configuration, string name, ParameterDefault? given) =>
        configuration[$"Parameters:{name}"] ?? given?.GetDefaultValue() ?? throw new MissingParameterValueException(
            $"Parameter resource could not be used because configuration key 'Parameters:{name}' is missing and the Parameter "
            + $"has no default value. Set it on the command line (--Parameters:{name}=…), in the environment "
            + $"(Parameters__{name}) or in the AppHost's user secrets.");
}
