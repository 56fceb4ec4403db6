using System.Diagnostics.Metrics;
using Choir.Observability;
using Microsoft.Extensions.DependencyInjection;

namespace OpenTelemetry.Metrics;

/// <summary>Adds the metrics of observed grains to OpenTelemetry.</summary>
public static class ChoirObservabilityMeterProviderBuilderExtensions
{
    // Orleans counts the requests of all activations with the lock of each, which an activation holds while its first call runs. While such a
    // call blocks its thread, whoever reads the gauge waits, and with it the export of all metrics: also those that say what is stuck.
    private const string WaitsForTurns = "orleans-messaging-processing-activation-data";

    /// <summary>
    /// Exports the metrics of this host's grains, and of Choir's actors, and adds their histograms in bulk. Leaves out one gauge of Orleans
    /// that would end all export while a grain blocks its thread.
    /// A provider that is built outside of a host exports the metrics of all silos of the process, which is right for one silo only.
    /// </summary>
    /// <param name="metrics">The meter provider's builder.</param>
    /// <returns>The same builder.</returns>
    public static MeterProviderBuilder AddChoirObservability(this MeterProviderBuilder metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ((IDeferredMeterProviderBuilder)metrics).Configure((services, provider) =>
        {
            // Another host in this process has a meter of the same name. A provider without a host exports all, which is right for one silo only:
            // see SharedProviderWatch.
            var own = services.GetService<IMeterFactory>();
            provider.AddView(instrument =>
                (own is not null && instrument.Meter.Name == TelemetryNames.Meter && instrument.Meter.Scope is IMeterFactory factory && factory != own)
                || instrument.Name == WaitsForTurns
                    ? MetricStreamConfiguration.Drop
                    : null);
        });
        return metrics.AddMeter(TelemetryNames.Meter).AddInstrumentation(
            (services, provider) => new BulkProvider(provider, isOfHost: services.GetService<IMeterFactory>() is not null));
    }
}
