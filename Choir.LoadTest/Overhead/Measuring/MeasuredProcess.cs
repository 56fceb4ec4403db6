using System.Text.Json;
using Choir.LoadTest.Overhead.Report;
using Choir.LoadTest.Overhead.Scenarios;
using Microsoft.AspNetCore.Builder;

namespace Choir.LoadTest.Overhead.Measuring;

/// <summary>The process that is measured: one scenario, once. It tells the process that started it how it goes.</summary>
internal static class MeasuredProcess
{
    /// <summary>Begins a line of standard output that holds the address of the Prometheus endpoint. All else are logs.</summary>
    public const string MetricsLine = "metrics: ";

    /// <summary>Begins the line that holds the <see cref="Measurement"/> as JSON.</summary>
    public const string ResultLine = "measured: ";

    /// <summary>Starts the scenario, warms it up, measures it and stops it.</summary>
    /// <param name="scenario">What is measured.</param>
    /// <param name="options">How.</param>
    /// <param name="sink">Where telemetry goes.</param>
    /// <param name="cancellationToken">Ends it before its time.</param>
    public static async Task<int> RunAsync(
        Scenario scenario, MeasureOptions options, Uri sink, CancellationToken cancellationToken)
    {
        using var host = scenario.Build(new SiloSettings(sink, options.ClientActivity));
        await host.StartAsync(cancellationToken);
        var sender = scenario.Sender(host.Services, options.Actors);
        var driver = new Driver(options.ClientActivity ? new ActivitySender(sender) : sender, options);

        // Once for the warm-up and once for the measured part: the endpoint is read when it is announced, and then on.
        AnnounceMetrics(host);
        await driver.WarmUpAsync().WaitAsync(cancellationToken);
        AnnounceMetrics(host);
        var measurement = await driver.MeasureAsync().WaitAsync(cancellationToken);

        Console.WriteLine(ResultLine + JsonSerializer.Serialize(measurement, ReportJson.Line));
        await host.StopAsync(cancellationToken);
        return 0;
    }

    private static void AnnounceMetrics(object host)
    {
        if (host is WebApplication app)
            Console.WriteLine(MetricsLine + new Uri(new Uri(app.Urls.First()), "/metrics"));
    }
}
