using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Choir.Observability.Startup;

/// <summary>Adds the observation to a host that is being built.</summary>
internal static class HostObservation
{
    /// <summary>Adds it after the application's own services, so that its grain storage is there to be observed.</summary>
    /// <param name="builder">An <see cref="IHostBuilder"/>. Newer builders are passed as such, too.</param>
    /// <param name="canExport">Whether an exporter may be added.</param>
    public static void AddTo(object builder, bool canExport) =>
        ((IHostBuilder)builder).ConfigureServices((context, services) => AddTo(services, context.Configuration, canExport));

    /// <summary>Adds it if the services are those of a silo. If it fails, they stay as they were.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "An exception would reach the application, which builds its host.")]
    internal static void AddTo(IServiceCollection services, IConfiguration configuration, bool canExport)
    {
        if (!services.Any(service => service.ServiceType == typeof(ILocalSiloDetails)))
        {
            return;
        }

        var before = services.ToArray();
        try
        {
            if (Exporting.AddTo(services, configuration, canExport) is { } problem)
            {
                Notice.NotObserved(problem);
                return;
            }

            // Orleans has looked for grains before Choir's assemblies were loaded.
            services.AddSerializer(parts => parts.AddAssembly(typeof(ObservabilityOptions).Assembly));
            services.AddOrleans(silo => silo.AddChoirObservability(Settings.Of(configuration)));
            Settings.Check(services, configuration);
        }
        catch (Exception e)
        {
            services.Clear();
            services.Add(before);
            Notice.NotObserved(e);
        }
    }
}
