using System.Diagnostics;
using Choir.Actors;
using Choir.LoadTest.Overhead.Measuring;
using Choir.LoadTest.Overhead.Scenarios;
using Choir.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Choir.LoadTest.Limits;

/// <summary>Messages that each store the state of one of many actors, compared with pgbench's writes of a row of the same form.</summary>
internal sealed class WriteLimit : ILimit
{
    private const int Actors = 1_000;

    private readonly WebApplication _host;
    private readonly PgBench _bench;
    private readonly int _clients;
    private readonly IActorClient _actors;

    private WriteLimit(WebApplication host, PgBench bench, int clients) =>
        (_host, _bench, _clients, _actors) = (host, bench, clients, host.Services.GetRequiredService<IActorClient>());

    /// <inheritdoc/>
    public string Name => "persisted messages";

    /// <inheritdoc/>
    public string BareName => "pgbench";

    /// <inheritdoc/>
    public double Target => 0.5;

    /// <exception cref="MeasurementException">The database cannot be used, or pgbench is missing.</exception>
    public static async Task<WriteLimit> StartAsync(string database, int clients, CancellationToken cancellationToken)
    {
        var bench = await PgBench.PrepareAsync(database, Actors, cancellationToken);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = "Production" });
        builder.Configuration.AddInMemoryCollection(
            [new("ConnectionStrings:choir", database), new("Logging:LogLevel:Default", "Warning"), new("Logging:LogLevel:Choir.Actors", "Warning")]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults();
        builder.AddChoirStorage();
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics.AddChoirActorsInstrumentation())
            .WithTracing(traces => traces.AddChoirActorsInstrumentation());
        builder.UseOrleans(silo => silo.UseOneHost().UseChoirActors());
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        var limit = new WriteLimit(host, bench, clients);

        // Creates the rows, and compiles the code.
        await limit.MeasureChoirAsync(TimeSpan.FromSeconds(8), cancellationToken);
        return limit;
    }

    /// <inheritdoc/>
    public async Task<double> MeasureChoirAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(1, _clients).Select(client => Task.Run(
            () => LoopAsync(new Random(client), started, time, cancellationToken), cancellationToken)));
        return counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <inheritdoc/>
    public Task<double> MeasureBareAsync(TimeSpan time, CancellationToken cancellationToken) =>
        _bench.RunAsync(_clients, time, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await _host.DisposeAsync();
        _bench.Dispose();
    }

    private async Task<long> LoopAsync(Random random, long started, TimeSpan time, CancellationToken cancellationToken)
    {
        var count = 0L;
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            var target = new ActorAddress(CountingActor.TypeName, $"actor-{random.Next(Actors)}");
            var reply = await _actors.Ask(target, CountingActor.Count, "{}"u8.ToArray(), cancellationToken: cancellationToken);
            if (reply.IsError)
            {
                throw new MeasurementException($"A message was refused: {reply.Error().Message}");
            }

            count++;
        }

        return count;
    }
}
