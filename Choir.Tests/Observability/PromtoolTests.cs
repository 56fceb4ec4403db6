using Choir.Tests.Integration.EndToEnd;

namespace Choir.Tests.Observability;

/// <summary><c>promtool check metrics</c> accepts the metrics of every process, with known exceptions.</summary>
public sealed class PromtoolTests(RunningChoir choir)
{
    /// <summary>
    /// The known exceptions and their reasons: promtool takes the suffix of these names for that of a histogram.
    /// </summary>
    private static readonly (string Name, string Why)[] CountsThatAreNoHistograms =
    [
        ("actor_count", "the name that the alerts and dashboards of Choir's specification use"),
        ("db_client_connection_count", "OpenTelemetry's semantic conventions for database clients, by Npgsql"),
        ("dotnet_assembly_count", "OpenTelemetry's semantic conventions for .NET, by the runtime"),
        ("dotnet_process_cpu_count", "OpenTelemetry's semantic conventions for .NET, by the runtime"),
        ("dotnet_timer_count", "OpenTelemetry's semantic conventions for .NET, by the runtime"),
        ("process_thread_count", "OpenTelemetry's semantic conventions for processes"),
        ("process_unix_file_descriptor_count", "OpenTelemetry's semantic conventions for processes"),
    ];

    [Fact]
    public async Task Promtool_accepts_the_metrics_of_every_process()
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
        var (exitCode, output) = await Promtool.RunAsync(["check", "metrics"], text);

        // 1: the text cannot be parsed; 3: it has findings.
        Assert.True(exitCode is 0 or 3, output);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
