using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Choir.Observability;

/// <summary>Logs failures of telemetry, a bounded number of them. Does not throw.</summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Telemetry that fails must not affect what it observes.")]
internal sealed class TelemetryFailures(ActorTelemetry telemetry, TimeProvider time, ILogger logger)
{
    private readonly LogBudget _budget = new();
    private readonly QuietLogger _logger = new(logger);

    /// <summary>Logs a failure, unless telemetry has ended: the services of a silo that is killed are disposed while its calls run.</summary>
    public void Report(Exception failure)
    {
        try
        {
            if (!telemetry.IsDisposed && failure is not ObjectDisposedException { ObjectName: nameof(IServiceProvider) }
                && _budget.Allows(time.GetTimestamp(), time.TimestampFrequency))
            {
                _logger.TelemetryFailed(failure);
            }
        }
        catch (Exception)
        {
            // The clock is one of the application.
        }
    }
}
