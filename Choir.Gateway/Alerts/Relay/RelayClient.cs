using Choir.Gateway.Problems;
using OpenTelemetry;
using Polly;

namespace Choir.Gateway.Alerts.Relay;

/// <summary>Posts to a channel, with the retries that every client of Choir's has.</summary>
internal sealed class RelayClient(IHttpClientFactory clients, ILogger<RelayClient> logger)
{
    private const string Name = "alert-relay";

    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<RelayClient>();

        // The addresses are secrets: nothing logs or traces them, and nobody is sent elsewhere with them.
        services.AddHttpClient(Name)
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
    }

    /// <summary>Sends a request.</summary>
    /// <returns>Null if it was taken; else why not, without a secret.</returns>
    public async Task<string?> SendAsync(string channel, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var failure = await TrySendAsync(request, cancellationToken);
        if (failure is not null)
        {
            logger.RelayFailed(channel, failure);
        }

        return failure;
    }

    /// <summary>What Alertmanager is answered when nobody was told: it tries again.</summary>
    public static ProblemException Failed(string channel, string failure) => new(
        StatusCodes.Status502BadGateway, ProblemCodes.ChannelFailed, $"{channel} did not take the alert: {failure}.");

    /// <summary>What Alertmanager is answered when nobody has said where to send.</summary>
    public static ProblemException NotConfigured(string channel, string settings) =>
        ProblemException.Unavailable(
            ProblemCodes.ChannelNotConfigured, $"This gateway cannot send to {channel}: it is not configured. Set {settings}.");

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

/// <summary>How many were told.</summary>
/// <param name="Delivered">Where the message was taken.</param>
/// <param name="Failed">Where it was not.</param>
internal sealed record RelayReport(int Delivered, int Failed);

/// <summary>The relays.</summary>
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
