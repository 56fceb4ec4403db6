using System.Text;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Alerts.Relay;

/// <summary>Sends alerts to Teams through a webhook workflow.</summary>
internal sealed class TeamsRelay(RelayClient client, IOptions<TeamsOptions> options)
{
    private const string Channel = "Microsoft Teams";

    public async Task<RelayReport> SendAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(options.Value.WebhookUrl))
        {
            throw RelayClient.NotConfigured(Channel, $"{TeamsOptions.Section}:{nameof(TeamsOptions.WebhookUrl)}");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, options.Value.WebhookUrl)
        {
            Content = new StringContent(TeamsCard.Of(notification), Encoding.UTF8, "application/json"),
        };
        return await client.SendAsync(Channel, request, cancellationToken) is { } failure
            ? throw RelayClient.Failed(Channel, failure)
            : new RelayReport(Delivered: 1, Failed: 0);
    }
}
