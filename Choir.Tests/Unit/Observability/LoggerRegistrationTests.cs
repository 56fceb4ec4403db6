using System.Collections.Concurrent;
using System.Globalization;
using Choir.Actors.Inspection;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using ILogger = Microsoft.Extensions.Logging.ILogger;

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

    [Theory]
    [InlineData("OrleansShop.CartGrain", true)]
    [InlineData("Choir.DiagnosticsShop", true)]
    [InlineData("Microsoft.OrleansShop", true)]
    [InlineData("Orleans.Runtime.Catalog", false)]
    [InlineData("Orleans", false)]
    [InlineData("Microsoft.Orleans.Networking", false)]
    public async Task An_operator_can_log_what_is_not_of_Orleans_whatever_the_first_letters_of_its_name_are(string category, bool isLogged)
    {
        await using var cluster = await StartAsync(_ => { });
        await cluster.Of<IActorInspection>().SetDiagnosticsAsync("crier", "a", LogLevel.Trace, null, TimeSpan.FromMinutes(10), Token);
        Assert.Equal(isLogged ? ["quiet"] : [], await CryAsync(cluster, category, LogLevel.Debug, "quiet"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Serilog_that_is_added_before_the_line_keeps_records_and_lets_an_operator_log(bool writeToProviders)
    {
        await using var cluster = await StartAsync(services => services.AddSerilog((_, configuration) => configuration.MinimumLevel.Warning(), writeToProviders: writeToProviders));
        Assert.Equal(["loud"], await CryAsync(cluster, "Shop", LogLevel.Error, "loud"));
        Assert.Equal(["loud"], await CryAsync(cluster, "Shop", LogLevel.Debug, "too quiet"));
        Assert.Equal(["of Orleans", "loud"], await CryAsync(cluster, "Orleans.Runtime.Catalog", LogLevel.Error, "of Orleans"));
        await cluster.Of<IActorInspection>().SetDiagnosticsAsync("crier", "a", LogLevel.Debug, null, TimeSpan.FromMinutes(10), Token);
        Assert.Equal(["quiet", "of Orleans", "loud"], await CryAsync(cluster, "Shop", LogLevel.Debug, "quiet"));
        Assert.Empty((await LogsAsync(cluster)).HostsWithoutRecords);
    }

    [Fact]
    public async Task Records_are_kept_without_log_providers_too()
    {
        await using var cluster = await GrainCluster.StartAsync(afterTheLine: silo => silo.Services.AddLogging(logging => logging.ClearProviders()));
        await cluster.Of<IActorInspection>().SetDiagnosticsAsync("crier", "a", LogLevel.Debug, null, TimeSpan.FromMinutes(10), Token);
        Assert.Equal(["quiet"], await CryAsync(cluster, "Shop", LogLevel.Debug, "quiet"));
    }

    [Theory]
    [InlineData("none", false, false)]
    [InlineData("Serilog", true, true)]
    [InlineData("Serilog with providers", true, false)]
    [InlineData("around ours", false, false)]
    public async Task A_logger_factory_that_is_added_after_the_line_is_reported_in_the_log_and_by_the_hosts_that_keep_nothing(
        string factory, bool isReported, bool isWithout)
    {
        var sink = new ListSink();
        using var logs = new LogCollector();
        await using var cluster = await GrainCluster.StartAsync(
            configureSilo: silo => silo.Services.AddLogging(logging => logging.AddProvider(logs)),
            afterTheLine: silo => Add(silo.Services));
        var texts = await CryAsync(cluster, "Shop", LogLevel.Error, "loud");
        Assert.Equal(isWithout ? "" : "loud", string.Join(" ", texts));
        Assert.Equal(isWithout ? 1 : 0, (await LogsAsync(cluster)).HostsWithoutRecords.Count);
        var warnings = sink.Texts.Concat(logs.Records.Select(record => record.Message)).Where(text => text.StartsWith("The logger factory was replaced", StringComparison.Ordinal));
        Assert.Equal(isReported, warnings.Any());

        void Add(IServiceCollection services)
        {
            switch (factory)
            {
                case "Serilog":
                case "Serilog with providers":
                    services.AddSerilog((_, configuration) => configuration.WriteTo.Sink(sink), writeToProviders: factory != "Serilog");
                    break;
                case "around ours":
                    var before = services.Last(service => service.ServiceType == typeof(ILoggerFactory) && !service.IsKeyedService).ImplementationFactory!;
                    services.AddSingleton<ILoggerFactory>(provider => new OuterLoggers((ILoggerFactory)before(provider)));
                    break;
            }
        }
    }

    [Fact]
    public async Task A_host_without_a_capacity_for_records_says_that_it_keeps_none()
    {
        await using var cluster = await GrainCluster.StartAsync(options => options.RecentLogCapacity = 0);
        await cluster.Client.GetGrain<ICrier>("a").CryAsync("Shop", LogLevel.Error, "loud");
        Assert.Single((await LogsAsync(cluster)).HostsWithoutRecords);
    }

    private static async Task<string[]> CryAsync(GrainCluster cluster, string category, LogLevel level, string text)
    {
        await cluster.Client.GetGrain<ICrier>("a").CryAsync(category, level, text);
        return [.. (await LogsAsync(cluster)).Records.Where(record => record.Event is null).Select(record => record.Text)];
    }

    private static Task<LogsView> LogsAsync(GrainCluster cluster) =>
        cluster.Of<IActorInspection>().LogsAsync(new LogFilter(ActorType: "crier", ActorId: "a"), Token);

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

    private sealed class OuterLoggers(ILoggerFactory inner) : ILoggerFactory
    {
        public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

        public ILogger CreateLogger(string categoryName) => inner.CreateLogger(categoryName);

        public void Dispose()
        {
        }
    }

    private sealed class ListSink : ILogEventSink
    {
        private readonly ConcurrentQueue<string> _texts = new();

        public IReadOnlyList<string> Texts => [.. _texts];

        public void Emit(LogEvent logEvent) => _texts.Enqueue(logEvent.RenderMessage(CultureInfo.InvariantCulture));
    }
}
