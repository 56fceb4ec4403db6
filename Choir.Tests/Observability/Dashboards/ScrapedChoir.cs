using System.Net.Http.Json;
using Choir.Tests.Integration.EndToEnd;
using Choir.Tests.Observability.EndToEnd;
using Choir.Tests.Support;

namespace Choir.Tests.Observability.Dashboards;

/// <summary>
/// A running Choir that people talk to all the time, and a real Prometheus that scrapes it each second.
/// </summary>
public sealed class ScrapedChoir(WatchedChoir watched) : IAsyncLifetime
{
    // So that each request is traced, and each histogram has exemplars: only one in a hundred is otherwise.
    private const string Sampled = "01";

    private const string Rules = """
        groups:
          - name: test
            rules:
              - { alert: AlwaysThere, expr: vector(1), labels: { severity: info } }
        """;

    private readonly CancellationTokenSource _ending = new();
    private PrometheusServer? _prometheus;
    private Task _talking = Task.CompletedTask;

    /// <summary>The Prometheus.</summary>
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
            rule_files: [rules.yml]
            scrape_configs:
              - job_name: choir
                http_sd_configs: [{ url: "{{new Uri(gateway.BaseAddress!, "/metrics/targets")}}", refresh_interval: 1s }]
            """,
            ("rules.yml", Rules));
        _talking = TalkAsync(gateway);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        try
        {
            await _talking;
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

    // Conversations one after the other, each until it is anchored, and each with a message that is refused.
    private async Task TalkAsync(HttpClient gateway)
    {
        using var client = gateway;
        while (!_ending.IsCancellationRequested)
        {
            client.DefaultRequestHeaders.Remove("traceparent");
            client.DefaultRequestHeaders.Add("traceparent", $"00-{Guid.NewGuid():n}-{Guid.NewGuid().ToString("n")[..16]}-{Sampled}");
            var thread = await RunningChoir.CreateThreadAsync(client);
            var cycle = await RunningChoir.ConverseAsync(client, thread, "Bees find their way home by the light of the sky.");
            await RunningChoir.AnchorAsync(client, thread, cycle.GetProperty("cycleId").GetString()!);
            using var refused = await client.PostAsJsonAsync(
                new Uri($"/actors/ThreadActor/{thread}/messages", UriKind.Relative), new { type = "SUBMIT_INPUT", data = new { content = "" } });
        }
    }
}
