using System.Globalization;
using System.Text.Json;
using Choir.Contracts;
using Choir.Observatory;
using Choir.ServiceDefaults;
using Microsoft.Extensions.Options;
using OpenTelemetry;

namespace Choir.Gateway.Alerts;

/// <summary>An alert whose condition holds, as Prometheus' API lists it.</summary>
internal sealed record PrometheusAlert(
    IReadOnlyDictionary<string, string> Labels, string State, DateTimeOffset? ActiveAt = null, IReadOnlyDictionary<string, string>? Annotations = null);

/// <summary>Asks Prometheus. Whatever it answers, or does not, is an answer with the reason.</summary>
internal sealed class PrometheusSource(IHttpClientFactory clients, IOptions<AlertOptions> options, TimeProvider time) : IObservatoryMetrics
{
    /// <summary>The maximum size of an answer in bytes.</summary>
    public const int MaxAnswerBytes = 4 << 20;

    private const string Name = "prometheus";
    private const int MaxReason = 300;

    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<PrometheusSource>();
        services.AddHttpClient(Name, client =>
            {
                client.Timeout = Timeout.InfiniteTimeSpan;
                client.MaxResponseContentBufferSize = MaxAnswerBytes;
            })
            .RemoveAllLoggers()
            .ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Clear());
    }

    public bool IsConfigured => !string.IsNullOrWhiteSpace(options.Value.PrometheusUrl);

    public Task<MetricsAnswer> QueryAsync(string expression, CancellationToken cancellationToken) =>
        SeriesAsync($"api/v1/query?query={Uri.EscapeDataString(expression)}", cancellationToken);

    public Task<MetricsAnswer> QueryAsync(
        string expression, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellationToken) =>
        SeriesAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"api/v1/query_range?query={Uri.EscapeDataString(expression)}&start={from.ToUnixTimeSeconds()}&end={to.ToUnixTimeSeconds()}&step={Math.Max(1, step.TotalSeconds):0}"),
            cancellationToken);

    /// <summary>The alerts whose condition holds, firing or not yet, or why they are not known.</summary>
    public async Task<(IReadOnlyList<PrometheusAlert> Alerts, string? Problem)> AlertsAsync(CancellationToken cancellationToken)
    {
        var (data, problem) = await AskAsync("api/v1/alerts", cancellationToken);
        if (problem is not null)
        {
            return ([], problem);
        }

        try
        {
            var alerts = data.GetProperty("alerts").Deserialize<List<PrometheusAlert?>>(ContractJson.Options) ?? [];
            return ([.. alerts.OfType<PrometheusAlert>().Where(IsComplete)], null);
        }
        catch (Exception exception) when (PrometheusAnswer.IsOdd(exception))
        {
            return ([], OddAnswer);
        }
    }

    private async Task<MetricsAnswer> SeriesAsync(string path, CancellationToken cancellationToken)
    {
        var (data, problem) = await AskAsync(path, cancellationToken);
        if (problem is not null)
        {
            return new MetricsAnswer([], problem);
        }

        try
        {
            return PrometheusAnswer.Read(data);
        }
        catch (Exception exception) when (PrometheusAnswer.IsOdd(exception))
        {
            return new MetricsAnswer([], OddAnswer);
        }
    }

    private static string OddAnswer => "Prometheus' answer is not what its API answers.";

    // The data of an answer, or why there is none.
    private async Task<(JsonElement Data, string? Problem)> AskAsync(string path, CancellationToken cancellationToken)
    {
        using var untraced = SuppressInstrumentationScope.Begin();
        using var http = clients.CreateClient(Name);
        using var limit = new CancellationTokenSource(options.Value.PrometheusTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var response = await http.GetAsync(new Uri($"{options.Value.PrometheusUrl!.TrimEnd('/')}/{path}"), both.Token);
            var body = await response.Content.ReadAsByteArrayAsync(both.Token);
            if (!response.IsSuccessStatusCode)
            {
                return (default, $"Prometheus answered {(int)response.StatusCode}{Reason(body)}.");
            }

            var answer = JsonElement.Parse(body);
            return answer.GetProperty("status").GetString() == "success" ? (answer.GetProperty("data"), null) : (default, OddAnswer);
        }
        catch (HttpRequestException exception)
        {
            return (default, exception.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded
                ? $"Prometheus' answer is larger than {MaxAnswerBytes >> 20} MiB."
                : $"Prometheus could not be reached ({exception.HttpRequestError}).");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (default, $"Prometheus did not answer within {options.Value.PrometheusTimeout.TotalSeconds:0.#} s.");
        }
        catch (Exception exception) when (PrometheusAnswer.IsOdd(exception))
        {
            return (default, OddAnswer);
        }
    }

    // An expression that is wrong is answered with the reason.
    private static string Reason(byte[] body)
    {
        try
        {
            return JsonElement.Parse(body).GetProperty("error").GetString() is { Length: > 0 } error ? $": {PlainText.OneLine(error, MaxReason)}" : "";
        }
        catch (Exception exception) when (PrometheusAnswer.IsOdd(exception))
        {
            return "";
        }
    }

    private static bool IsComplete(PrometheusAlert alert) =>
        !alert.Labels.Values.Contains(null!) && alert.Annotations?.Values.Contains(null!) != true;
}
