using System.Text.Json;
using Choir.LoadTest.Overhead.Report;
using Choir.LoadTest.Overhead.Scenarios;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;

namespace Choir.LoadTest.Overhead.Measuring;

/// <summary>
/// The process that is measured: one scenario. It says when it is warm, and measures each time that it gets a line on its
/// standard input, which the process that started it sends when it is its turn. It ends when the input ends.
/// </summary>
internal static class MeasuredProcess
{
    /// <summary>Begins a line of standard output that holds the address of the Prometheus endpoint. All else are logs.</summary>
    public const string MetricsLine = "metrics: ";

    /// <summary>The line that says that it is warm.</summary>
    public const string ReadyLine = "ready";

    /// <summary>Begins a line that holds a <see cref="Measurement"/> as JSON.</summary>
    public const string ResultLine = "measured: ";

    /// <summary>The beginnings of all lines that answer.</summary>
    public static IReadOnlyList<string> Answers { get; } = [ReadyLine, ResultLine];

    private static readonly TimeSpan ReadInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Starts the scenario, warms it up, measures it when it is told to, and stops it.</summary>
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

        // Once for the warm-up and once for each measured part: the endpoint is read when it is announced, and then on.
        AnnounceMetrics(host);
        await WarmUpAsync(host, driver, cancellationToken);
        Console.WriteLine(ReadyLine);

        using var input = new StreamReader(Console.OpenStandardInput());
        while (await input.ReadLineAsync(cancellationToken).AsTask().WaitAsync(cancellationToken) is not null)
        {
            AnnounceMetrics(host);
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
    /// Has metrics read and exported all the time, because the runtime wants to see a method many times before it compiles
    /// it for good. With a read every few seconds, as from then on, that would take minutes and fall into the measured part.
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

    private static void AnnounceMetrics(object host)
    {
        if (host is WebApplication app)
        {
            Console.WriteLine(MetricsLine + MetricsEndpoint(app));
        }
    }
}
