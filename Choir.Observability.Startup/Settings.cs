using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Choir.Observability.Startup;

/// <summary>Reads <see cref="ObservabilityOptions"/> from the configuration's section <c>Choir:Observability</c>.</summary>
internal static class Settings
{
    private const string Section = "Choir:Observability";

    /// <summary>What sets them.</summary>
    public static Action<ObservabilityOptions> Of(IConfiguration configuration) => configuration.GetSection(Section).Bind;

    /// <summary>Refuses invalid ones here: as options of the host they would end it.</summary>
    /// <exception cref="InvalidOperationException">A value is not of its type.</exception>
    /// <exception cref="OptionsValidationException">A value is outside its range.</exception>
    public static void Check(IServiceCollection services, IConfiguration configuration)
    {
        var check = new ServiceCollection();
        check.Add(services.Where(service => service.ServiceType == typeof(IValidateOptions<ObservabilityOptions>)));
        check.Configure(Of(configuration));
        using var provider = check.BuildServiceProvider();
        _ = provider.GetRequiredService<IOptions<ObservabilityOptions>>().Value;
    }
}
