using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Alerts.Relay;

/// <summary>Sends alerts as text messages through a provider with Twilio's API.</summary>
internal sealed class SmsRelay(RelayClient client, IOptions<SmsOptions> options)
{
    private const string Channel = "The SMS provider";

    public async Task<RelayReport> SendAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        var sms = options.Value;
        if (!sms.IsConfigured)
        {
            throw RelayClient.NotConfigured(
                "the SMS provider",
                $"{SmsOptions.Section}:{nameof(sms.AccountSid)}, {nameof(sms.AuthToken)}, {nameof(sms.From)} and {nameof(sms.To)}");
        }

        var text = RelayText.SmsOf(notification);
        var delivered = 0;
        var failure = "";
        foreach (var number in sms.Numbers)
        {
            using var request = Request(sms, number, text);
            if (await client.SendAsync(Channel, request, cancellationToken) is { } reason)
            {
                failure = reason;
            }
            else
            {
                delivered++;
            }
        }

        // One wrong number must not cause retries to all the others.
        return delivered > 0
            ? new RelayReport(delivered, sms.Numbers.Count - delivered)
            : throw RelayClient.Failed(Channel, failure);
    }

    private static HttpRequestMessage Request(SmsOptions sms, string number, string text) => new(
        HttpMethod.Post, $"{sms.BaseUrl.TrimEnd('/')}/2010-04-01/Accounts/{Uri.EscapeDataString(sms.AccountSid!)}/Messages.json")
    {
        Content = new FormUrlEncodedContent([new("To", number), new("From", sms.From!), new("Body", text)]),
        Headers =
        {
            Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{sms.AccountSid}:{sms.AuthToken}"))),
        },
    };
}
