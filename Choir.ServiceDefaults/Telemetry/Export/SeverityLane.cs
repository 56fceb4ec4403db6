using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Choir.ServiceDefaults.Telemetry.Export;

/// <summary>
/// Passes on either the errors or all other records. Each lane has a queue of its own, so that a flood of other records cannot
/// displace errors.
/// </summary>
/// <remarks>A composite, because only that gives the resource to the exporter behind it.</remarks>
/// <param name="areErrors">Whether this is the lane of records at error and critical.</param>
/// <param name="queue">The queue of the lane.</param>
internal sealed class SeverityLane(bool areErrors, BaseProcessor<LogRecord> queue) : CompositeProcessor<LogRecord>([queue])
{
    public override void OnEnd(LogRecord data)
    {
        if (data.LogLevel >= LogLevel.Error == areErrors)
        {
            base.OnEnd(data);
        }
    }
}
