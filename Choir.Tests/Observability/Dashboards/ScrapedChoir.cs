using System.Net.Http.Json;
using Choir.Tests.Integration.EndToEnd;
using Choir.Tests.Observability.EndToEnd;
using Choir.Tests.Support;

namespace Choir.Tests.Observability.Dashboards;

/// <summary>
/// A running Choir with continuous conversations, and a Prometheus that scrapes it every second.
/// </summary>
public sealed class ScrapedChoir(WatchedChoir watched) : IAsyncLifetime
{
    // Every request is sampled, so that every histogram has exemplars.
    private const string Sampled = "01";

    private const string Rules = """
        groups:
          - name: test
            rules:
              - { alert: AlwaysThere, expr: vector(1), labels: { severity: info } }
        """;

    // The dashboards show what these record.
    private static readonly string Objectives = RuleFiles.Rules.Single(file => Path.GetFileName(file) == "objectives.yml");

    private readonly CancellationTokenSource _ending = new();
    private PrometheusServer? _prometheus;
    private Task _conversing = Task.CompletedTask;

    public PrometheusServer Prometheus => _prometheus ?? throw new InvalidOperationException(PrometheusServer.Need);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (!PrometheusServer.IsInstalled())
        {
            return;
        }

        var gateway = await watched.Choir.GatewayAsync();
        _prometheus = await PrometheusServer.StartAsync(
            $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: [rules.yml, objectives.yml]
            scrape_configs:
              - job_name: choir
                http_sd_configs: [{ url: "{{new Uri(gateway.BaseAddress!, "/metrics/targets")}}", refresh_interval: 1s }]
            """,
            ("rules.yml", Rules),
            ("objectives.yml", FastOverlay.Convert(await File.ReadAllTextAsync(Objectives))));
        _conversing = ConverseAsync(gateway);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        try
        {
            await _conversing;
        }
        finally
        {
            if (_prometheus is not null)
            {
                await _prometheus.DisposeAsync();
            }

            _ending.Dispose();
        }
    }

    // Sequential conversations, each until it is anchored and with a refused message.
    private async Task ConverseAsync(HttpClient gateway)
    {
        using var client = gateway;
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                client.DefaultRequestHeaders.Remove("traceparent");
                client.DefaultRequestHeaders.Add("traceparent", $"00-{Guid.NewGuid():n}-{Guid.NewGuid().ToString("n")[..16]}-{Sampled}");
                var thread = await RunningChoir.CreateThreadAsync(client);
                var cycle = await RunningChoir.ConverseAsync(client, thread, "Bees find their way home by the light of the sky.");
                await RunningChoir.AnchorAsync(client, thread, cycle.GetProperty("cycleId").GetString()!);
                using var refused = await client.PostAsJsonAsync(
                    new Uri($"/actors/ThreadActor/{thread}/messages", UriKind.Relative), new { type = "SUBMIT_INPUT", data = new { content = "" } });
            }
            catch (HttpRequestException)
            {
                // Another test of the same Choir may just have disturbed it.
                await Eventually.HoldsAsync("Choir to be ready", () => IsReadyAsync(client));
            }
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
