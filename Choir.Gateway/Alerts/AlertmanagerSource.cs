using System.Text.Json;
using Choir.Contracts;
using Choir.Gateway.Alerts.Relay;
using Microsoft.Extensions.Options;
using OpenTelemetry;

namespace Choir.Gateway.Alerts;

/// <summary>An alert that fires, as Alertmanager's API lists it.</summary>
internal sealed record AlertmanagerAlert(
    IReadOnlyDictionary<string, string> Labels,
    DateTimeOffset StartsAt,
    DateTimeOffset UpdatedAt,
    IReadOnlyDictionary<string, string>? Annotations = null,
    IReadOnlyList<AlertmanagerReceiver>? Receivers = null,
    string? GeneratorUrl = null);

/// <summary>A receiver that the alert is routed to.</summary>
internal sealed record AlertmanagerReceiver(string Name);

/// <summary>The answer of Alertmanager, or why there is none.</summary>
/// <param name="Alerts">The alerts; null without an answer.</param>
/// <param name="At">When it answered.</param>
/// <param name="Problem">Why there is no answer.</param>
internal sealed record AlertmanagerAnswer(IReadOnlyList<AlertmanagerAlert>? Alerts, DateTimeOffset At, string? Problem = null);

/// <summary>Asks Alertmanager which alerts fire and are not silenced or inhibited. Callers at the same time share one request.</summary>
internal sealed class AlertmanagerSource(IHttpClientFactory clients, IOptions<AlertOptions> options, TimeProvider time)
{
    /// <summary>The maximum size of an answer in bytes.</summary>
    public const int MaxAnswerBytes = 4 << 20;

    private const string Name = "alertmanager";
    private const string Path = "api/v2/alerts?active=true&silenced=false&inhibited=false";

    /// <summary>How long an answer is given to further callers.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Task<AlertmanagerAnswer>? _answer;
    private long _askedAt;

    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<AlertmanagerSource>();
        services.AddHttpClient(Name, client =>
            {
                client.Timeout = Timeout.InfiniteTimeSpan;
                client.MaxResponseContentBufferSize = MaxAnswerBytes;
            })
            .RemoveAllLoggers()
            .ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Clear());
    }

    public bool IsConfigured => !string.IsNullOrWhiteSpace(options.Value.AlertmanagerUrl);

    public Task<AlertmanagerAnswer> AskAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_answer is null || (_answer.IsCompleted && time.GetElapsedTime(_askedAt) >= Freshness))
            {
                (_answer, _askedAt) = (RequestAsync(), time.GetTimestamp());
            }

            return _answer.WaitAsync(cancellationToken);
        }
    }

    private async Task<AlertmanagerAnswer> RequestAsync()
    {
        using var untraced = SuppressInstrumentationScope.Begin();
        using var http = clients.CreateClient(Name);
        using var limit = new CancellationTokenSource(options.Value.AlertmanagerTimeout, time);
        try
        {
            using var response = await http.GetAsync(new Uri($"{options.Value.AlertmanagerUrl!.TrimEnd('/')}/{Path}"), limit.Token);
            if (!response.IsSuccessStatusCode)
            {
                return Failed($"it answered {(int)response.StatusCode}");
            }

            var alerts = JsonSerializer.Deserialize<List<AlertmanagerAlert?>>(
                await response.Content.ReadAsByteArrayAsync(limit.Token), ContractJson.Options) ?? [];
            return new AlertmanagerAnswer([.. alerts.OfType<AlertmanagerAlert>().Where(IsComplete)], time.GetUtcNow());
        }
        catch (HttpRequestException e)
        {
            return Failed(e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded
                ? $"its answer is larger than {MaxAnswerBytes >> 20} MiB"
                : $"it could not be reached ({e.HttpRequestError})");
        }
        catch (OperationCanceledException)
        {
            return Failed($"it did not answer within {options.Value.AlertmanagerTimeout.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Failed("its answer is not what Alertmanager's API answers");
        }
    }

    private AlertmanagerAnswer Failed(string reason) => new(null, time.GetUtcNow(), $"Alertmanager was not asked successfully: {reason}.");

    private static bool IsComplete(AlertmanagerAlert alert) =>
        !alert.Labels.Values.Contains(null!) && alert.Annotations?.Values.Contains(null!) != true && alert.Receivers?.Contains(null!) != true;
}
