using Choir.Actors.Inspection;
using Choir.Observability;
using Choir.Tests.Unit.Observability.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Hosting;

namespace Choir.Tests.Unit.Observability;

/// <summary>Loggers, and services that need them, mean the same with the line as without it.</summary>
public sealed class LoggerRegistrationTests
{
    // Without a limit, a start that never ends would be a test that never ends.
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("clock")]
    [InlineData("settings")]
    [InlineData("settings by a type")]
    public async Task Services_that_telemetry_needs_may_log(string service)
    {
        await using var cluster = await Task.Run(() => StartAsync(services => _ = service switch
        {
            "clock" => services.AddSingleton<TimeProvider, LoggingClock>(),
            "settings" => services.AddOptions<ObservabilityOptions>().Configure<ILogger<LoggingSettings>>(
                (options, logger) => new LoggingSettings(logger).Configure(options)).Services,
            _ => services.ConfigureOptions<LoggingSettings>(),
        }), Token).WaitAsync(Timeout, Token);
        var inspection = cluster.Of<IActorInspection>();
        var waiter = cluster.Client.GetGrain<IWaiter>("a");
        await waiter.LogAsync("before");
        await inspection.SetDiagnosticsAsync("waiter", "a", LogLevel.Trace, null, TimeSpan.FromMinutes(10), Token);
        await waiter.LogAsync("while");
        var records = (await inspection.LogsAsync(new LogFilter(ActorType: "waiter"), Token)).Records;
        Assert.Equal("while", Assert.Single(records, record => record.Logger.EndsWith(nameof(WaiterGrain), StringComparison.Ordinal)).Text);
    }

    [Theory]
    [InlineData("type", 1)]
    [InlineData("factory", 1)]
    [InlineData("instance", 0)]
    public async Task A_logger_factory_is_disposed_by_whoever_made_it(string registration, int disposals)
    {
        var made = new Disposals();
        await using (var cluster = await StartAsync(services =>
        {
            services.AddSingleton(made);
            _ = registration switch
            {
                "type" => services.AddSingleton<ILoggerFactory, CountedLoggers>(),
                "factory" => services.AddSingleton<ILoggerFactory>(_ => new CountedLoggers(made)),
                _ => services.AddSingleton<ILoggerFactory>(new CountedLoggers(made)),
            };
        }))
        {
            await cluster.Client.GetGrain<IWaiter>("a").LogAsync("text");
            Assert.Equal(0, made.Count);
        }

        Assert.Equal(disposals, made.Count);
    }

    private static Task<GrainCluster> StartAsync(Action<IServiceCollection> add) =>
        GrainCluster.StartAsync(configureSilo: silo => add(silo.Services));

    private static void Write(ILogger logger, LogLevel level, string text) => logger.Log(level, default, text, null, static (state, _) => state);

    private sealed class LoggingClock : TimeProvider
    {
        private readonly ILogger _logger;

        public LoggingClock(ILogger<LoggingClock> logger)
        {
            _logger = logger;
            Write(_logger, LogLevel.Warning, "The clock is made.");
        }

        public override DateTimeOffset GetUtcNow()
        {
            Write(_logger, LogLevel.Information, "The clock is read.");
            return base.GetUtcNow();
        }

        public override long GetTimestamp()
        {
            Write(_logger, LogLevel.Debug, "The clock is read.");
            return base.GetTimestamp();
        }
    }

    private sealed class LoggingSettings(ILogger<LoggingSettings> logger) : IConfigureOptions<ObservabilityOptions>
    {
        public void Configure(ObservabilityOptions options)
        {
            Write(logger, LogLevel.Warning, "The settings are made.");
            options.RecentLogCapacity = 100;
        }
    }

    private sealed class CountedLoggers(Disposals disposals) : ILoggerFactory
    {
        private readonly LoggerFactory _inner = new();

        public void AddProvider(ILoggerProvider provider) => _inner.AddProvider(provider);

        public ILogger CreateLogger(string categoryName) => _inner.CreateLogger(categoryName);

        public void Dispose()
        {
            disposals.Count++;
            _inner.Dispose();
        }
    }
}
