using System.Text.Json;
using Choir.LoadTest.Overhead.Report;
using Choir.LoadTest.Overhead.Scenarios;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;

namespace Choir.LoadTest.Overhead.Measuring;

/// <summary>
/// The process that is measured, which runs one scenario. It reports when its warm-up is done, and measures once for each line
/// on its standard input. It exits when the input ends.
/// </summary>
internal static class MeasuredProcess
{
    /// <summary>The prefix of an output line with the address of the Prometheus endpoint. Other lines are logs.</summary>
    public const string MetricsLine = "metrics: ";

    /// <summary>The output line after the warm-up.</summary>
    public const string ReadyLine = "ready";

    /// <summary>The prefix of an output line with a <see cref="Measurement"/> as JSON.</summary>
    public const string ResultLine = "measured: ";

    /// <summary>The prefixes of all answers.</summary>
    public static IReadOnlyList<string> Answers { get; } = [ReadyLine, ResultLine];

    private static readonly TimeSpan ReadInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Starts the scenario, warms it up, measures it on request, and stops it.</summary>
    public static async Task<int> RunAsync(
        Scenario scenario, MeasureOptions options, Uri sink, CancellationToken cancellationToken)
    {
        using var host = scenario.Build(new SiloSettings(sink, options.ClientActivity));
        await host.StartAsync(cancellationToken);
        var sender = scenario.Sender(host.Services, options.Actors);
        var driver = new Driver(options.ClientActivity ? new ActivitySender(sender) : sender, options);

        // The endpoint is scraped when its address is written, and then every few seconds.
        WriteMetricsAddress(host);
        await WarmUpAsync(host, driver, cancellationToken);
        Console.WriteLine(ReadyLine);

        using var input = new StreamReader(Console.OpenStandardInput());
        while (await input.ReadLineAsync(cancellationToken).AsTask().WaitAsync(cancellationToken) is not null)
        {
            WriteMetricsAddress(host);
            var measurement = await driver.MeasureAsync().WaitAsync(cancellationToken);
            Console.WriteLine(ResultLine + JsonSerializer.Serialize(measurement, ReportJson.Line));
        }

        await host.StopAsync(cancellationToken);
        return 0;
    }

    private static async Task WarmUpAsync(IHost host, Driver driver, CancellationToken cancellationToken)
    {
        using var warm = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReadMetricsOftenAsync(host, warm.Token);
        await driver.WarmUpAsync(cancellationToken).WaitAsync(cancellationToken);
        await warm.CancelAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// Reads and exports metrics continuously, so that this code is compiled with optimization during the warm-up. With a read
    /// every few seconds, as later, that would take minutes and fall into the measurement.
    /// </summary>
    private static async Task ReadMetricsOftenAsync(IHost host, CancellationToken cancellationToken)
    {
        if (host is not WebApplication app)
        {
            return;
        }

        using var http = new HttpClient();
        using var timer = new PeriodicTimer(ReadInterval);
        do
        {
            app.Services.GetRequiredService<MeterProvider>().ForceFlush();
            await http.GetByteArrayAsync(MetricsEndpoint(app), cancellationToken);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private static Uri MetricsEndpoint(WebApplication app) => new(new Uri(app.Urls.First()), "/metrics");

    private static void WriteMetricsAddress(object host)
    {
        if (host is WebApplication app)
        {
            Console.WriteLine(MetricsLine + MetricsEndpoint(app));
        }
    }
}
