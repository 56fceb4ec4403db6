using Microsoft.Extensions.Options;
using OpenTelemetry;

namespace Choir.Gateway.Alerts.Relay;

/// <summary>Posts one request to a channel, without retries: a message that is posted twice is delivered twice.</summary>
internal sealed class RelayClient(IHttpClientFactory clients, IOptions<AlertOptions> options, TimeProvider time, ILogger<RelayClient> logger)
{
    private const string Name = "alert-relay";

    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<RelayClient>();

        // The URLs are secrets: they are not logged or traced, and redirects are not followed.
        services.AddHttpClient(Name, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false })
            .ConfigureAdditionalHttpMessageHandlers((handlers, _) => handlers.Clear());
    }

    /// <summary>Sends the request. Its failure is logged; the result contains no secret.</summary>
    public async Task<DeliveryResult> SendAsync(string channel, HttpRequestMessage request)
    {
        using (request)
        {
            var result = await TrySendAsync(request);
            if (result.Status != DeliveryStatus.Delivered)
            {
                logger.RelayFailed(channel, result.Reason);
            }

            return result;
        }
    }

    private async Task<DeliveryResult> TrySendAsync(HttpRequestMessage request)
    {
        using var untraced = SuppressInstrumentationScope.Begin();
        using var http = clients.CreateClient(Name);
        using var limit = new CancellationTokenSource(options.Value.RelaySendTimeout, time);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return (int)response.StatusCode switch
            {
                >= 200 and < 300 => new DeliveryResult(DeliveryStatus.Delivered, ""),
                var status and (408 or 425 or 429 or >= 500) => new DeliveryResult(DeliveryStatus.Failed, $"it answered {status}"),
                var status => new DeliveryResult(DeliveryStatus.Refused, $"it answered {status}"),
            };
        }
        catch (HttpRequestException e)
        {
            return new DeliveryResult(DeliveryStatus.Failed, $"it could not be reached ({e.HttpRequestError})");
        }
        catch (OperationCanceledException)
        {
            return new DeliveryResult(DeliveryStatus.Failed, $"it did not answer within {options.Value.RelaySendTimeout.TotalSeconds:0.#} s");
        }
    }
}
