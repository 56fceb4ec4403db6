using Choir.Observability;
using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Hosting;

/// <summary>Adds the observation of grains to an Orleans application.</summary>
public static class ChoirObservabilityHostingExtensions
{
    /// <summary>
    /// Observes the grains of a silo: their activations, the calls that they handle, and their states. The grains are not changed. Call it
    /// after grain storage was added, and after a logger factory of the application's own: the states of storage that is added later are not
    /// observed, and no log records are kept of a factory that is added later and uses no log providers.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="configure">Changes the settings; null for the defaults. It is called at once, and when the host starts.</param>
    /// <returns>The same builder.</returns>
    public static ISiloBuilder AddChoirObservability(this ISiloBuilder builder, Action<ObservabilityOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        ObservabilityServices.AddProcess(services);
        ObservabilityServices.AddHost(services);
        ObservabilityServices.AddGrains(services);
        Configure(services, configure);
        return builder;
    }

    /// <summary>
    /// Gives a client of the cluster what the Observatory needs to show the grains that the silos observe. The calls of the client itself are
    /// observed at their receivers, and with <see cref="ObservabilityOptions.ObserveCallers"/> here too.
    /// </summary>
    /// <param name="builder">The client.</param>
    /// <param name="configure">Changes the settings; null for the defaults. It is called at once, and when the host starts.</param>
    /// <returns>The same builder.</returns>
    public static IClientBuilder AddChoirObservability(this IClientBuilder builder, Action<ObservabilityOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ObservabilityServices.AddProcess(builder.Services);
        Configure(builder.Services, configure);
        return builder;
    }

    // Orleans charges each call for a filter of outgoing calls, also for one that does nothing. So it is known now whether there is to be one.
    private static void Configure(IServiceCollection services, Action<ObservabilityOptions>? configure)
    {
        if (configure is null)
        {
            return;
        }

        services.Configure(configure);
        var lines = LinesOf(services);
        configure(lines.Options);
        if (lines.Options.ObserveCallers)
        {
            ObservabilityServices.AddCallers(services);
        }
        else
        {
            ObservabilityServices.RemoveCallers(services);
        }
    }

    private static Lines LinesOf(IServiceCollection services)
    {
        if (services.FirstOrDefault(service => service.ServiceType == typeof(Lines) && !service.IsKeyedService)?.ImplementationInstance is Lines known)
        {
            return known;
        }

        var lines = new Lines();
        services.AddSingleton(lines);
        return lines;
    }

    /// <summary>What the lines of a host set so far, the later ones after the earlier ones.</summary>
    private sealed class Lines
    {
        public ObservabilityOptions Options { get; } = new();
    }
}
