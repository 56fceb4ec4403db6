using System.Diagnostics.Metrics;
using Choir.Actors;
using Choir.Actors.Messaging;
using Choir.Observability;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Actors.Telemetry.Support;

/// <summary>The telemetry of a process without a host, which counts asks of a given duration.</summary>
internal sealed class CountedAsks : IDisposable
{
    public const string Target = "TargetActor";

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTimeProvider _time = new();

    public CountedAsks() => Telemetry = new ActorTelemetry(
        _time, Options.Create(new ObservabilityOptions()), _services.GetRequiredService<IMeterFactory>(),
        new Logger(Logged), new RecentLogs(Options.Create(new ObservabilityOptions()), TimeProvider.System));

    /// <summary>The messages of the log.</summary>
    public List<string> Logged { get; } = [];

    public ActorTelemetry Telemetry { get; }

    public long Now => _time.GetTimestamp();

    public CountedHistogram Histogram => Telemetry.Metrics.Histograms.AskTime;

    /// <summary>Lets the second pass after which it is known what listens.</summary>
    public void PassASecond() => _time.Advance(TimeSpan.FromSeconds(1));

    public void Ask(IEnumerable<TimeSpan> durations, string target = Target)
    {
        foreach (var duration in durations)
        {
            Telemetry.Asked(null, target, _time.GetTimestamp() - duration.Ticks, Outcome.Ok);
        }
    }

    public void Dispose()
    {
        Telemetry.Dispose();
        _services.Dispose();
    }

    private sealed class Logger(List<string> logged) : ILogger<ActorTelemetry>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            logged.Add(formatter(state, exception));
    }
}
