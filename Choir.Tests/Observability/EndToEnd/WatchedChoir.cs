using System.Text.Json;
using Choir.AppHost.Observability;
using Choir.Tests.Integration.EndToEnd;
using Choir.Tests.Observability.Alerting;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;

namespace Choir.Tests.Observability.EndToEnd;

/// <summary>
/// A running Choir that tests may break, a Prometheus that monitors it with the overlay's rules, and an Alertmanager that notifies
/// a receiver. All their durations are divided by sixty.
/// </summary>
public sealed class WatchedChoir : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(4);

    private readonly TemporaryFolder _folder = new();
    private readonly SemaphoreSlim _starting = new(1, 1);
    private HostileReceiver? _receiver;
    private AlertmanagerServer? _alertmanager;
    private PrometheusServer? _prometheus;
    private int _earlierRequests;

    public RunningChoir Choir { get; } = new();

    /// <summary>A client of the gateway, after all processes are scraped and healthy.</summary>
    public async Task<HttpClient> GatewayAsync()
    {
        var gateway = await Choir.GatewayAsync();
        await _starting.WaitAsync();
        try
        {
            if (_prometheus is null)
            {
                await StartAsync(gateway.BaseAddress!);
            }
        }
        finally
        {
            _starting.Release();
        }

        var targets = "";
        await Eventually.GivesAsync(
            "both actor hosts and the gateway to be scraped",
            async () =>
            {
                targets = (await _prometheus!.AskAsync("targets")).ToString();
                return await ValueAsync("sum(up{job=\"choir\"})") == 3 ? this : null;
            },
            Timeout,
            () => $"\n{targets}\n{_prometheus!.Log}");
        await Eventually.HoldsAsync("all components to be healthy", async () => await ValueAsync("sum(health_status)") == 0, Timeout);
        _earlierRequests = _receiver!.Requests.Count;
        return gateway;
    }

    /// <summary>Waits until the receiver got a notification of an alert since <see cref="GatewayAsync"/>, and returns it.</summary>
    /// <param name="status"><c>firing</c> or <c>resolved</c>.</param>
    /// <param name="name">The alert's name.</param>
    /// <param name="label">A label of the alert.</param>
    /// <param name="value">The label's value.</param>
    internal async Task<JsonElement> NotifiedAsync(string status, string name, string label, string value)
    {
        var request = await Eventually.GivesAsync(
            $"{name} of {label} {value} to be notified as {status}",
            () => Task.FromResult(_receiver!.Requests.Skip(_earlierRequests).FirstOrDefault(sent => IsAbout(sent.Json, status, name, label, value))),
            Timeout,
            () => $"; there were {string.Join('\n', _receiver!.Requests.Select(sent => sent.Body).TakeLast(5))}");
        return request.Json;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var part in (IAsyncDisposable?[])[_prometheus, _alertmanager, _receiver, Choir])
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }

        _starting.Dispose();
        _folder.Dispose();
    }

    private static bool IsAbout(JsonElement notification, string status, string name, string label, string value) =>
        notification.GetProperty("alerts").EnumerateArray().Any(alert =>
            alert.GetProperty("status").GetString() == status
            && alert.GetProperty("labels") is var labels
            && labels.GetProperty("alertname").GetString() == name
            && labels.TryGetProperty(label, out var found) && found.GetString() == value);

    private async Task StartAsync(Uri gateway)
    {
        _receiver = await HostileReceiver.StartAsync();
        var files = Repository.At("Choir.AppHost/Overlay");
        FastOverlay.Copy(AlertmanagerFiles.Folder, _folder.File("alertmanager"));
        _alertmanager = await AlertmanagerServer.StartAsync(AlertmanagerConfiguration.Render(
            AlertmanagerFiles.Settings(), _folder.File("alertmanager"), _folder.File("run"), new Uri(_receiver.Url), RunningChoir.ApiKey));

        var rules = Path.Combine(files, "prometheus", "rules");
        var configuration = FastOverlay.Convert(await File.ReadAllTextAsync(Path.Combine(files, "prometheus", "prometheus.yml")))
            .Replace("http://localhost:5080/", gateway.AbsoluteUri, StringComparison.Ordinal)
            .Replace("localhost:9093", _alertmanager.Url.Authority, StringComparison.Ordinal);
        _prometheus = await PrometheusServer.StartAsync(
            configuration,
            [.. Directory.GetFiles(rules).Select(file => ($"rules/{Path.GetFileName(file)}", FastOverlay.Convert(File.ReadAllText(file))))]);
    }

    /// <summary>The value of an expression; null if nothing has been scraped yet.</summary>
    private async Task<double?> ValueAsync(string expression)
    {
        var result = (await _prometheus!.AskAsync("query", ("query", expression))).GetProperty("result");
        return result.GetArrayLength() == 0
            ? null
            : double.Parse(result[0].GetProperty("value")[1].GetString()!, System.Globalization.CultureInfo.InvariantCulture);
    }
}
