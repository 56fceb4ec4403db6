using System.Text.RegularExpressions;
using Choir.Tests.Integration.EndToEnd;
using Choir.Tests.Support;

namespace Choir.Tests.Observability;

/// <summary>The metrics of the processes of a running Choir, scraped from each.</summary>
internal sealed partial class ScrapedMetrics
{
    private static readonly string[] Services = ["actor-host", "actor-host", "gateway"];

    // Labels of the instrumentation scope, and that of histogram buckets.
    private static readonly string[] ExporterLabels = ["otel_scope_name", "otel_scope_version", "otel_scope_schema_url", "le"];

    private ScrapedMetrics(IReadOnlyList<(string Service, string Text)> texts) => Texts = texts;

    public IReadOnlyList<(string Service, string Text)> Texts { get; }

    /// <summary>Scrapes both actor hosts and the gateway.</summary>
    public static async Task<ScrapedMetrics> OfAsync(HttpClient gateway)
    {
        using var http = new HttpClient();
        var targets = await Eventually.GivesAsync("both actor hosts and the gateway among the targets", async () =>
        {
            using var response = await http.GetAsync(new Uri(gateway.BaseAddress!, "/metrics/targets"), TestContext.Current.CancellationToken);
            var found = (await RunningChoir.ReadAsync(response)).EnumerateArray()
                .Select(target => (
                    Service: target.GetProperty("labels").GetProperty("service").GetString()!,
                    Address: target.GetProperty("targets")[0].GetString()!))
                .ToList();
            return found.Select(target => target.Service).Order().SequenceEqual(Services) ? found : null;
        });
        var texts = new List<(string, string)>();
        foreach (var (service, address) in targets)
        {
            texts.Add((service, await http.GetStringAsync(new Uri($"http://{address}/metrics"), TestContext.Current.CancellationToken)));
        }

        return new ScrapedMetrics(texts);
    }

    /// <summary>Every metric of Choir's own meters, with its labels.</summary>
    public IEnumerable<ScrapedMetric> OwnMetrics()
    {
        foreach (var (service, text) in Texts)
        {
            var types = TypeLine().Matches(text).ToDictionary(line => line.Groups[1].Value, line => line.Groups[2].Value);
            foreach (Match sample in SampleLine().Matches(text))
            {
                var labels = Label().Matches(sample.Groups[2].Value)
                    .Select(label => (Name: label.Groups[1].Value, Value: label.Groups[2].Value))
                    .ToList();
                if (labels.Any(label => label.Name == "otel_scope_name" && label.Value.StartsWith("Choir.", StringComparison.Ordinal)))
                {
                    var name = NameOf(sample.Groups[1].Value, types);
                    yield return new ScrapedMetric(
                        name, types[name], service == "gateway" ? Exporter.Gateway : Exporter.Hosts,
                        string.Join(", ", labels.Select(label => label.Name).Except(ExporterLabels).Order(StringComparer.Ordinal)));
                }
            }
        }
    }

    private static string NameOf(string sample, Dictionary<string, string> types) =>
        types.ContainsKey(sample) ? sample : Suffix().Replace(sample, "");

    [GeneratedRegex(@"^# TYPE (\S+) (\S+)$", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^([a-zA-Z_:][\w:]*)\{(.*)\} \S+", RegexOptions.Multiline)]
    private static partial Regex SampleLine();

    [GeneratedRegex(@"(\w+)=""((?:[^""\\]|\\.)*)""")]
    private static partial Regex Label();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}

internal sealed record ScrapedMetric(string Name, string Type, Exporter By, string Labels)
{
    public override string ToString() => $"{Name} ({Type}, by {By}) {{{Labels}}}";
}
