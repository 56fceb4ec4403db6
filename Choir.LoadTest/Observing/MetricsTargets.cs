using System.Text.Json;
using Choir.ServiceDefaults;

namespace Choir.LoadTest.Observing;

/// <summary>Reads the gateway's list of processes.</summary>
internal static class MetricsTargets
{
    /// <summary>The most processes that are observed.</summary>
    public const int MaxProcesses = 64;

    private const int MaxBytes = 4 << 20;

    /// <summary>Asks the gateway.</summary>
    /// <exception cref="ObservationException">It did not answer with a list.</exception>
    public static async Task<IReadOnlyList<ObservedProcess>> ListAsync(HttpClient http, Uri gateway, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri(gateway, "/metrics/targets"), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new ObservationException($"GET /metrics/targets was answered with status {(int)response.StatusCode}");
        }

        var body = await response.Content.ReadAtMostAsync(MaxBytes, cancellationToken)
            ?? throw new ObservationException($"the answer of GET /metrics/targets is larger than {MaxBytes >> 20} MiB");
        return Parse(body);
    }

    /// <summary>Reads the list, in the format of Prometheus' HTTP service discovery. Entries that are none are left out.</summary>
    /// <exception cref="ObservationException">It is no list.</exception>
    internal static IReadOnlyList<ObservedProcess> Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? [.. document.RootElement.EnumerateArray().SelectMany(Processes).Take(MaxProcesses + 1)]
                : throw new ObservationException("the answer of GET /metrics/targets is no list");
        }
        catch (JsonException)
        {
            throw new ObservationException("the answer of GET /metrics/targets is no JSON");
        }
    }

    private static IEnumerable<ObservedProcess> Processes(JsonElement group)
    {
        if (group.ValueKind != JsonValueKind.Object
            || !group.TryGetProperty("targets", out var targets) || targets.ValueKind != JsonValueKind.Array)
        {
            return [];
        }

        var labels = group.TryGetProperty("labels", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
        var scheme = Label(labels, "__scheme__") == Uri.UriSchemeHttps ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;
        return
        [.. targets.EnumerateArray()
            .Where(target => target.ValueKind == JsonValueKind.String)
            .Select(target => target.GetString()!)
            .Where(target => Uri.TryCreate($"{scheme}://{target}/metrics", UriKind.Absolute, out var address) && address.Authority == target)
            .Select(target => new ObservedProcess(
                Label(labels, "instance") ?? target, Label(labels, "service") ?? "unknown", Label(labels, "host") ?? "unknown", new Uri($"{scheme}://{target}/metrics")))];
    }

    private static string? Label(JsonElement labels, string name) =>
        labels.ValueKind == JsonValueKind.Object && labels.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 and <= 200 } text
            ? text
            : null;
}

/// <summary>The system could not be asked.</summary>
internal sealed class ObservationException(string message) : Exception(message);
