using Choir.Observability;
using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Hosting;

/// <summary>Adds the observation of grains to an Orleans application.</summary>
public static class ChoirObservabilityHostingExtensions
{
    /// <summary>
    /// Observes the grains of a silo: their activations, the calls that they handle, and their states. The grains are not changed. Call it
    /// after grain storage was added: the states of storage that is added later are not observed.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="configure">Changes the settings; null for the defaults.</param>
    /// <returns>The same builder.</returns>
    public static ISiloBuilder AddChoirObservability(this ISiloBuilder builder, Action<ObservabilityOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        ObservabilityServices.AddProcess(services);
        ObservabilityServices.AddHost(services);
        ObservabilityServices.AddGrains(services);
        if (configure is not null)
        {
            services.Configure(configure);
        }

        return builder;
    }

    /// <summary>
    /// Gives a client of the cluster what the Observatory needs to show the grains that the silos observe. The calls of the client itself are
    /// observed at their receivers.
    /// </summary>
    /// <param name="builder">The client.</param>
    /// <param name="configure">Changes the settings; null for the defaults.</param>
    /// <returns>The same builder.</returns>
    public static IClientBuilder AddChoirObservability(this IClientBuilder builder, Action<ObservabilityOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ObservabilityServices.AddProcess(builder.Services);
        if (configure is not null)
        {
            builder.Services.Configure(configure);
        }

        return builder;
    }
}
