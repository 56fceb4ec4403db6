using Choir.ServiceDefaults;
using Choir.ServiceDefaults.Health;
using Choir.Storage;
using Choir.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Integration.ServiceDefaults;

public class ServiceRunTests
{
    [Fact]
    public async Task A_service_with_a_failing_component_exits_with_an_error() =>
        Assert.Equal(1, await RunAsync(services => services.AddHostedService<FailingPart>()));

    [Fact]
    public async Task A_service_stopped_by_a_component_exits_with_an_error() =>
        Assert.Equal(1, await RunAsync(services => services.AddHostedService<StoppingPart>()));

    [Fact]
    public async Task A_component_that_does_not_stop_does_not_prevent_the_exit() =>
        Assert.Equal(1, await RunAsync(services => services
            .Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(100))
            .AddHostedService<StayingPart>()
            .AddHostedService<StoppingPart>()));

    [Fact]
    public async Task A_service_with_wrong_telemetry_settings_ends_with_an_error()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["Telemetry:Sampling"] = "2";
        builder.AddServiceDefaults();
        builder.Logging.ClearProviders();

        Assert.Equal(1, await builder.Build().RunServiceAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_service_that_a_signal_stops_before_it_has_started_exits_without_an_error()
    {
        using var logs = new LogCollector();
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddServiceDefaults();
        builder.Logging.ClearProviders().AddProvider(logs);
        builder.Services.AddHostedService<CancelledPart>();

        Assert.Equal(0, await builder.Build().RunServiceAsync(new CancellationToken(canceled: true)));
        Assert.DoesNotContain(logs.Records, record => record.Level >= LogLevel.Warning || record.Exception is not null);
    }

    [Theory]
    [InlineData("Health:CacheTime", "00:05:00", "Health:CacheTime is 00:05:00; it must be between 00:00:00 and 00:01:00.")]
    [InlineData("Telemetry:Sampling", "2", "Telemetry:Sampling must be from 0 (no trace) to 1 (every trace).")]
    [InlineData("Retention:Cycles", "00:02:00", "Retention:Cycles is 00:02:00; it must be 1 hour to 36500 days, or not be set.")]
    public async Task A_setting_out_of_range_is_one_sentence_without_a_stack_trace(string setting, string value, string sentence)
    {
        using var logs = new LogCollector();
        using var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(1, await ServiceRun.RunAsync(
            ["--urls=http://127.0.0.1:0", $"--{setting}={value}"],
            builder =>
            {
                builder.AddServiceDefaults();
                builder.Services.AddOptions<RetentionOptions>().BindSettings(RetentionOptions.Section);
                builder.Logging.ClearProviders().AddProvider(logs);
            },
            app => app.MapDefaultEndpoints(),
            output));
        string[] said =
        [
            .. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries),
            .. logs.Records.Where(record => record.Level >= LogLevel.Warning).Select(record => record.Message),
        ];
        Assert.Equal($"The service failed: {sentence}", Assert.Single(said));
        Assert.DoesNotContain(logs.Records, record => record.Exception is not null);
    }

    [Theory]
    [InlineData("Telemetry:Sampling", "many")]
    [InlineData("Telemetry:ExponentialHistograms", "yes")]
    [InlineData("Health:CacheTime", "soon")]
    [InlineData("Logging:Limit:PerSecond", "many")]
    [InlineData("Logging:LogLevel:Default", "Loud")]
    [InlineData("Logging:Console:FormatterOptions:ColorBehavior", "never")]
    [InlineData("OTEL_SPAN_EVENT_COUNT_LIMIT", "few")]
    public async Task A_setting_of_the_wrong_type_ends_the_start_with_a_sentence(string setting, string value)
    {
        using var logs = new LogCollector();
        using var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(1, await ServiceRun.RunAsync(
            ["--urls=http://127.0.0.1:0", $"--{setting}={value}"],
            builder =>
            {
                builder.AddServiceDefaults();
                builder.Logging.ClearProviders().AddProvider(logs);
            },
            app => app.MapDefaultEndpoints(),
            output));
        string[] said =
        [
            .. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries),
            .. logs.Records.Where(record => record.Event == "service_failed").Select(record => record.Message),
        ];
        var sentence = Assert.Single(said);
        Assert.StartsWith("The service failed: ", sentence, StringComparison.Ordinal);
        Assert.Contains($"'{value}'", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("choir", "nonsense; s3cret", "is not a connection string of Npgsql")]
    [InlineData("choir", "foo=s3cret", "is not a connection string of Npgsql")]
    [InlineData("choir", "Host=db;Port=s3cret", "is not a connection string of Npgsql")]
    [InlineData("choir", "Database=s3cret", "must have Host")]
    [InlineData("choir-direct", "postgres://choir:s3cret@db/choir", "is not a connection string of Npgsql")]
    public async Task A_connection_string_of_the_wrong_format_ends_the_start_with_a_sentence_that_names_the_setting(
        string name, string value, string problem)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(1, await ServiceRun.RunAsync(
            ["--urls=http://127.0.0.1:0", "--ConnectionStrings:choir=Host=127.0.0.1;Port=1", $"--ConnectionStrings:{name}={value}"],
            builder =>
            {
                builder.AddServiceDefaults();
                builder.Logging.ClearProviders();
                builder.AddChoirStorage();
            },
            app => app.MapDefaultEndpoints(),
            output));
        var sentence = Assert.Single(output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"The service failed: ConnectionStrings:{name} {problem}", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_configuration_file_ends_the_start_with_a_sentence()
    {
        using var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(1, await ServiceRun.RunAsync(
            [], builder => builder.Configuration.AddJsonStream(new MemoryStream("{"u8.ToArray())), _ => { }, output));
        Assert.StartsWith("The service failed: ", Assert.Single(output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_cannot_be_read_is_not_repeated_because_it_may_have_a_key()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Chain:Url", "https://node.example:port/v2/s3cret-key")]).Build();
        var exception = Assert.Throws<InvalidOperationException>(() => configuration.GetSection("Chain").Get<ChainHealthOptions>());
        var cause = Assert.Single(ServiceRun.Causes(exception));
        Assert.Contains("Chain:Url", cause, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", cause, StringComparison.Ordinal);
    }

    private static Task<int> RunAsync(Action<IServiceCollection> configure)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        configure(builder.Services);
        return builder.Build().RunServiceAsync(CancellationToken.None);
    }

    private sealed class FailingPart : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("A part that fails.");
        }
    }

    // As Orleans does.
    private sealed class CancelledPart : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new AggregateException(new TaskCanceledException());

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class StayingPart : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => new TaskCompletionSource().Task;
    }

    private sealed class StoppingPart(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            lifetime.StopApplication();
            return Task.CompletedTask;
        }
    }
}
