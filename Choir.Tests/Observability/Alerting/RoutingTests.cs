using Choir.Tests.Support;

namespace Choir.Tests.Observability.Alerting;

/// <summary>The receivers of alerts by the shipped files, as amtool computes them.</summary>
public sealed class RoutingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RoutingTests() => AlertmanagerServer.SkipUnlessInstalled();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("critical", "default,pagerduty,opsgenie,sms")]
    [InlineData("warning", "default,slack,teams")]
    [InlineData("info", "default,email")]
    [InlineData("", "default,email")]
    public async Task Each_severity_has_its_channels_and_Choir_gets_all(string severity, string receivers) =>
        Assert.Equal(receivers, await RouteAsync(AlertmanagerFiles.Render(_folder, AlertmanagerFiles.AllChannels), "alertname=Any", $"severity={severity}"));

    [Theory]
    [InlineData("critical", "default,pagerduty")]
    [InlineData("warning", "default")]
    [InlineData("info", "default")]
    public async Task Alerts_without_a_channel_go_to_Choir_only(string severity, string receivers) =>
        Assert.Equal(receivers, await RouteAsync(AlertmanagerFiles.Render(_folder, ("PagerDuty:RoutingKey", "key")), "alertname=Any", $"severity={severity}"));

    [Theory]
    [InlineData("critical")]
    [InlineData("info")]
    public async Task The_watchdog_goes_to_Choir_only(string severity) =>
        Assert.Equal("default", await RouteAsync(AlertmanagerFiles.Render(_folder, AlertmanagerFiles.AllChannels), "alertname=Watchdog", $"severity={severity}"));

    [Fact]
    public async Task The_shipped_file_routes_everything_to_Choir() =>
        Assert.Equal("default", await RouteAsync(Path.Combine(AlertmanagerFiles.Folder, "alertmanager.yml"), "alertname=HostDown", "severity=critical"));

    private static Task<string> RouteAsync(string file, params string[] labels) =>
        AlertmanagerServer.AmtoolAsync(["config", "routes", "test", $"--config.file={file}", .. labels]);
}
