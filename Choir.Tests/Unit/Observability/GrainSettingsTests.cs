using Choir.Observability;
using Choir.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Hosting;

namespace Choir.Tests.Unit.Observability;

public sealed class GrainSettingsTests : IDisposable
{
    private const string Event = "observability_settings_invalid";

    private readonly LogCollector _logs = new();
    private readonly IConfigurationRoot _configuration =
        new ConfigurationBuilder().Add(new MemoryConfigurationSource { InitialData = [new("TraceShare", "0.5")] }).Build();

    public void Dispose()
    {
        _logs.Dispose();
        (_configuration as IDisposable)?.Dispose();
    }

    [Fact]
    public void After_an_invalid_change_the_last_valid_settings_stay_and_the_log_says_it_once()
    {
        using var services = Services();
        var settings = services.GetRequiredService<IOptionsMonitor<ObservabilityOptions>>();
        Assert.Equal(0.5, settings.CurrentValue.TraceShare);
        Change("7");
        Change("-1");
        Change("NaN");
        Assert.Equal(0.5, settings.CurrentValue.TraceShare);
        var record = Assert.Single(_logs.Records, one => one.Event == Event);
        Assert.Contains("TraceShare is 7", record.Message, StringComparison.Ordinal);

        Change("0.25");
        Assert.Equal(0.25, settings.CurrentValue.TraceShare);
        Change("8");
        Assert.Equal(0.25, settings.CurrentValue.TraceShare);
        Assert.Equal(2, _logs.Records.Count(one => one.Event == Event));
    }

    [Fact]
    public void Invalid_settings_at_the_start_are_refused()
    {
        Change("7");
        using var services = Services();
        Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<ObservabilityOptions>>().Value);
        Assert.DoesNotContain(_logs.Records, one => one.Event == Event);
    }

    [Theory]
    [InlineData(false, "on")]
    [InlineData(true, "on", "off")]
    [InlineData(false, "on", "other")]
    [InlineData(false, "off", "on")]
    [InlineData(false, "on", "off", "on", "none")]
    [InlineData(true, "other")]
    public void A_later_line_decides_whether_callers_are_observed_if_it_sets_that(bool isOff, params string[] lines)
    {
        var services = new ServiceCollection();
        services.AddOrleans(silo => Array.ForEach(lines, line => silo.AddChoirObservability(Of(line))));
        Assert.Equal(isOff ? 0 : 1, services.Count(service => service.ServiceType == typeof(IOutgoingGrainCallFilter)));
        using var provider = services.BuildServiceProvider();
        Assert.Equal(!isOff, provider.GetRequiredService<IOptions<ObservabilityOptions>>().Value.ObserveCallers);

        static Action<ObservabilityOptions>? Of(string line) => line switch
        {
            "on" => options => options.ObserveCallers = true,
            "off" => options => options.ObserveCallers = false,
            "other" => options => options.TraceShare = 0.5,
            _ => null,
        };
    }

    private ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(_logs));
        ObservabilityServices.AddProcess(services);
        services.AddOptions<ObservabilityOptions>().Bind(_configuration);
        return services.BuildServiceProvider();
    }

    private void Change(string traceShare)
    {
        _configuration["TraceShare"] = traceShare;
        _configuration.Reload();
    }
}
