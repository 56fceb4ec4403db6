using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Choir.Observability.Startup;

/// <summary>Reads <see cref="ObservabilityOptions"/> from the configuration's section <c>Choir:Observability</c>.</summary>
internal static class Settings
{
    private const string Section = "Choir:Observability";

    /// <summary>Sets them. Invalid ones are refused here: as options of the host they would end it.</summary>
    /// <exception cref="InvalidOperationException">A value is not of its type.</exception>
    /// <exception cref="OptionsValidationException">A value is outside its range.</exception>
    public static void AddTo(IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        services.Configure<ObservabilityOptions>(section.Bind);

        var check = new ServiceCollection();
        check.Add(services.Where(service => service.ServiceType == typeof(IValidateOptions<ObservabilityOptions>)));
        check.Configure<ObservabilityOptions>(section.Bind);
        using var provider = check.BuildServiceProvider();
        _ = provider.GetRequiredService<IOptions<ObservabilityOptions>>().Value;
    }
}
