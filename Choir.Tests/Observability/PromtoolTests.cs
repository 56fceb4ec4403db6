using Choir.Tests.Integration.EndToEnd;

namespace Choir.Tests.Observability;

/// <summary>Prometheus' own tool reads what every process exports, and finds nothing but what cannot be otherwise.</summary>
public sealed class PromtoolTests(RunningChoir choir)
{
    /// <summary>
    /// What it finds, and why that stays: it takes a name that ends like this for a part of a histogram's.
    /// </summary>
    private static readonly (string Name, string Why)[] CountsThatAreNoHistograms =
    [
        ("actor_count", "the name that the alerts and dashboards of Choir's specification use"),
        ("db_client_connection_count", "OpenTelemetry's semantic conventions for database clients, by Npgsql"),
        ("dotnet_assembly_count", "OpenTelemetry's semantic conventions for .NET, by the runtime"),
        ("dotnet_process_cpu_count", "OpenTelemetry's semantic conventions for .NET, by the runtime"),
        ("dotnet_timer_count", "OpenTelemetry's semantic conventions for .NET, by the runtime"),
        ("process_thread_count", "OpenTelemetry's semantic conventions for processes"),
    ];

    [Fact]
    public async Task The_metrics_of_every_process_are_as_Prometheus_wants_them()
    {
        Assert.SkipUnless(Promtool.IsInstalled, Promtool.Need);
        using var gateway = await choir.GatewayAsync();
        await RunningChoir.ConverseAsync(gateway, await RunningChoir.CreateThreadAsync(gateway), "Copper turns green where rain falls on it.");
        var findings = new HashSet<string>();
        foreach (var (_, text) in (await ScrapedMetrics.OfAsync(gateway)).Texts)
        {
            findings.UnionWith(await CheckAsync(text));
        }

        Assert.Equal(
            CountsThatAreNoHistograms.Select(known => $"{known.Name} non-histogram and non-summary metrics should not have \"_count\" suffix"),
            findings.Order(StringComparer.Ordinal));
    }

    private static async Task<IReadOnlyList<string>> CheckAsync(string text)
    {
        var (exitCode, told) = await Promtool.RunAsync(["check", "metrics"], text);

        // 1 is for a text that it cannot read, 3 for one that it finds fault with.
        Assert.True(exitCode is 0 or 3, told);
        return told.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
