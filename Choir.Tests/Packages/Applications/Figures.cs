using Choir.Actors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;

namespace Fresh;

/// <summary>Collects the metrics of an application and prints the counts of its messages.</summary>
internal sealed class Figures
{
    private readonly List<Metric> _metrics = [];

    public void Collect(IHostApplicationBuilder builder) => builder.Services.AddOpenTelemetry()
        .WithMetrics(metrics => metrics.AddChoirObservability().AddInMemoryExporter(_metrics));

    public void Print(IServiceProvider services)
    {
        services.GetRequiredService<MeterProvider>().ForceFlush();
        foreach (var metric in _metrics.Where(metric => metric.Name == "actor.messages"))
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                var tags = new Dictionary<string, object?>();
                foreach (var tag in point.Tags)
                {
                    tags[tag.Key] = tag.Value;
                }

                Console.WriteLine($"{tags[TelemetryNames.ActorType]} {tags[TelemetryNames.MessageType]} {tags[TelemetryNames.Outcome]} {point.GetSumLong()}");
            }
        }
    }
}
