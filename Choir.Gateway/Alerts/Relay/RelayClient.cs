using Choir.Gateway.Problems;
using OpenTelemetry;
using Polly;

namespace Choir.Gateway.Alerts.Relay;

/// <summary>Posts to a channel, with the standard retries.</summary>
internal sealed class RelayClient(IHttpClientFactory clients, ILogger<RelayClient> logger)
{
    private const string Name = "alert-relay";

    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<RelayClient>();

        // The URLs are secrets: they are not logged or traced, and redirects are not followed.
        services.AddHttpClient(Name)
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
    }

    /// <returns>Null if the channel accepted the request, otherwise the reason without secrets.</returns>
    public async Task<string?> SendAsync(string channel, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var failure = await TrySendAsync(request, cancellationToken);
        if (failure is not null)
        {
            logger.RelayFailed(channel, failure);
        }

        return failure;
    }

    /// <summary>The answer if no alert was delivered: Alertmanager retries after a 502.</summary>
    public static ProblemException Failed(string channel, string failure) => new(
        StatusCodes.Status502BadGateway, ProblemCodes.ChannelFailed, $"{channel} did not accept the alert: {failure}.");

    public static ProblemException NotConfigured(string channel, string settings) =>
        ProblemException.Unavailable(
            ProblemCodes.ChannelNotConfigured, $"This gateway cannot send to {channel}, because it is not configured. Set {settings}.");

    private async Task<string?> TrySendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var untraced = SuppressInstrumentationScope.Begin();
        using var http = clients.CreateClient(Name);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode ? null : $"it answered {(int)response.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or ExecutionRejectedException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return e is HttpRequestException { HttpRequestError: var error } ? $"it could not be reached ({error})" : "it did not answer in time";
        }
    }
}

/// <summary>The result of a relay.</summary>
/// <param name="Delivered">The number of recipients that accepted the message.</param>
/// <param name="Failed">The number of recipients that did not.</param>
internal sealed record RelayReport(int Delivered, int Failed);

internal static class RelaySetup
{
    public static void AddRelays(this IServiceCollection services)
    {
        RelayClient.Add(services);
        services.AddSingleton<TeamsRelay>();
        services.AddSingleton<SmsRelay>();
        services.AddOptionsWithValidateOnStart<TeamsOptions, TeamsOptions.Validator>().BindConfiguration(TeamsOptions.Section);
        services.AddOptionsWithValidateOnStart<SmsOptions, SmsOptions.Validator>().BindConfiguration(SmsOptions.Section);
    }
}
