using Choir.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
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

        Assert.Equal(1, await builder.Build().RunServiceAsync());
    }

    private static Task<int> RunAsync(Action<IServiceCollection> configure)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        configure(builder.Services);
        return builder.Build().RunServiceAsync();
    }

    private sealed class FailingPart : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("A part that fails.");
        }
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
