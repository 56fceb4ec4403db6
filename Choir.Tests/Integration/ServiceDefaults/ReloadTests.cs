using Choir.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Integration.ServiceDefaults;

/// <summary>Settings that are changed while a service runs.</summary>
public sealed class ReloadTests
{
    [Theory]
    [InlineData("Telemetry:Sampling", "10")]
    [InlineData("Telemetry:Sampling", "many")]
    [InlineData("Telemetry:TrustCallers", "maybe")]
    [InlineData("Logging:Console:FormatterOptions:ColorBehavior", "never")]
    public async Task Requests_are_answered_and_logged_after_a_setting_was_changed_to_a_wrong_value(string setting, string value)
    {
        await using var service = await ServiceUnderTest.StartAsync("--environment=Development");
        Assert.Equal(200, await service.GetAsync("/things/before"));
        service.App.Configuration[setting] = value;
        // Whoever reloads the configuration gets the error.
        Assert.NotNull(Record.Exception(((IConfigurationRoot)service.App.Configuration).Reload));
        Assert.Equal(200, await service.GetAsync("/alive"));
        Assert.Equal(200, await service.GetAsync("/things/after"));
    }

    [Fact]
    public async Task Refused_settings_are_logged_once_with_the_reason()
    {
        await using var service = await ServiceUnderTest.StartAsync("--environment=Development");
        using var logs = new LogCollector();
        service.App.Services.GetRequiredService<ILoggerFactory>().AddProvider(logs);
        Assert.Null(Record.Exception(((IConfigurationRoot)service.App.Configuration).Reload));
        service.App.Configuration["Telemetry:Sampling"] = "10";
        _ = Record.Exception(((IConfigurationRoot)service.App.Configuration).Reload);
        _ = Record.Exception(((IConfigurationRoot)service.App.Configuration).Reload);
        Assert.Equal(
            "Changed settings were refused, and the last valid ones stay in use: Telemetry:Sampling must be from 0 (no trace) to 1 (every trace).",
            Assert.Single(logs.Records, record => record.Event == "settings_refused").Message);
    }

    [Fact]
    public async Task A_changed_file_with_a_wrong_setting_is_logged()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("settings.json");
        await File.WriteAllTextAsync(file, "{}", TestContext.Current.CancellationToken);
        await using var service = await ServiceUnderTest.StartAsync("--environment=Development");
        using var logs = new LogCollector();
        service.App.Services.GetRequiredService<ILoggerFactory>().AddProvider(logs);
        ((IConfigurationBuilder)service.App.Configuration).AddJsonFile(file, optional: false, reloadOnChange: true);
        await File.WriteAllTextAsync(file, "{\"Telemetry\": {\"Sampling\": \"many\"}}", TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync("the warning", () => logs.Records.Any(record => record.Event == "settings_refused"));
    }
}
