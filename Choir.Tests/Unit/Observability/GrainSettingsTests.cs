using Choir.Observability;
using Choir.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

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
