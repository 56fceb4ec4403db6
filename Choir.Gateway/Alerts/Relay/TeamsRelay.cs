using System.Text;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Alerts.Relay;

/// <summary>Sends alerts to Teams through a webhook workflow.</summary>
internal sealed class TeamsRelay(RelaySender sender, IOptions<TeamsOptions> options)
{
    private const string Channel = "Microsoft Teams";

    public Task<RelayReport> SendAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        if (options.Value.WebhookUrl is not { } url || string.IsNullOrWhiteSpace(url))
        {
            throw RelaySender.NotConfigured(Channel, $"{TeamsOptions.Section}:{nameof(TeamsOptions.WebhookUrl)}");
        }

        var card = TeamsCard.Of(notification);
        return sender.SendAsync(
            Channel, [url], notification,
            to => new HttpRequestMessage(HttpMethod.Post, to) { Content = new StringContent(card, Encoding.UTF8, "application/json") },
            cancellationToken);
    }
}
