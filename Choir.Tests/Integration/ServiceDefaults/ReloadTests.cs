using Microsoft.Extensions.Configuration;

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
}
