using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Alerts.Relay;

/// <summary>Sends alerts as text messages through a provider with Twilio's API.</summary>
internal sealed class SmsRelay(RelaySender sender, IOptions<SmsOptions> options)
{
    private const string Channel = "The SMS provider";

    public Task<RelayReport> SendAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        var sms = options.Value;
        if (!sms.IsConfigured)
        {
            throw RelaySender.NotConfigured(
                "the SMS provider",
                $"{SmsOptions.Section}:{nameof(sms.AccountSid)}, {nameof(sms.AuthToken)}, {nameof(sms.From)} and {nameof(sms.To)}");
        }

        var text = RelayText.SmsOf(notification);
        return sender.SendAsync(Channel, sms.Numbers, notification, number => Request(sms, number, text), cancellationToken);
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
