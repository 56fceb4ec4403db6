using Choir.Gateway.Problems;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Alerts.Relay;

/// <summary>Sends one notification to all recipients of a channel, each at most once per request.</summary>
/// <remarks>
/// The requests to the recipients go on when this one has been answered or its caller has left: Alertmanager repeats it, and
/// the repetition gets their results.
/// </remarks>
internal sealed class RelaySender(RelayClient client, DeliveryMemory memory, IOptions<AlertOptions> options, TimeProvider time)
{
    /// <param name="channel">The channel's name for people.</param>
    /// <param name="recipients">The recipients; their names are not shown.</param>
    /// <param name="notification">The notification.</param>
    /// <param name="request">Creates the request to a recipient.</param>
    /// <param name="cancellationToken">Cancelled when the caller leaves.</param>
    /// <exception cref="ProblemException">A recipient was not reached; Alertmanager then repeats the notification.</exception>
    public async Task<RelayReport> SendAsync(
        string channel, IReadOnlyList<string> recipients, AlertNotification notification,
        Func<string, HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        var deliveries = recipients.Distinct(StringComparer.Ordinal)
            .Select(recipient => (Key: DeliveryMemory.KeyOf(channel, recipient, notification), Recipient: recipient))
            .Select(one => (one.Key, Result: memory.SendOnceAsync(one.Key, () => client.SendAsync(channel, request(one.Recipient)))))
            .ToList();
        try
        {
            await Task.WhenAll(deliveries.Select(one => one.Result)).WaitAsync(options.Value.RelayAnswerTimeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The completed ones are evaluated, and the others go on.
        }

        var results = deliveries.Where(one => one.Result.IsCompletedSuccessfully).Select(one => one.Result.Result).ToList();
        var delivered = results.Count(result => result.Status == DeliveryStatus.Delivered);
        var refused = results.Count(result => result.Status == DeliveryStatus.Refused);
        if (delivered > 0 && delivered + refused == deliveries.Count)
        {
            memory.Complete(deliveries.Select(one => one.Key));
            return new RelayReport(delivered, refused);
        }

        throw Failed(channel, deliveries.Count, delivered, results);
    }

    public static ProblemException NotConfigured(string channel, string settings) =>
        ProblemException.Unavailable(
            ProblemCodes.ChannelNotConfigured, $"This gateway cannot send to {channel}, because it is not configured. Set {settings}.");

    private ProblemException Failed(string channel, int recipients, int delivered, List<DeliveryResult> results)
    {
        var waiting = recipients - results.Count;
        var failure = results.Where(result => result.Status != DeliveryStatus.Delivered).Select(result => result.Reason).LastOrDefault();
        var reason = failure is null
            ? $"{channel} has not answered within {options.Value.RelayAnswerTimeout.TotalSeconds:0.#} s"
            : $"{channel} did not accept the alert: {failure}";
        return new ProblemException(
            StatusCodes.Status502BadGateway, ProblemCodes.ChannelFailed,
            $"{reason}. Of {recipients} recipients {delivered} have the message, {waiting} requests are still running."
            + " A repetition is sent only to the others.");
    }
}
