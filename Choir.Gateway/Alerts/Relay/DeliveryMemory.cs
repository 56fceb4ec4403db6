using System.Security.Cryptography;
using System.Text;
using Choir.Gateway.Problems;

namespace Choir.Gateway.Alerts.Relay;

/// <summary>The result of sending a message to one recipient.</summary>
internal enum DeliveryStatus
{
    Delivered,

    /// <summary>It was not accepted, and a repetition would not be accepted either.</summary>
    Refused,

    /// <summary>It was not accepted, or it is unknown whether it was. A repetition may succeed.</summary>
    Failed,
}

/// <param name="Status">The result.</param>
/// <param name="Reason">Why it was not delivered, without secrets.</param>
internal readonly record struct DeliveryResult(DeliveryStatus Status, string Reason);

/// <summary>
/// Remembers which recipients a notification is being sent to or has reached, so that a repetition by Alertmanager is sent only to
/// the others.
/// </summary>
internal sealed class DeliveryMemory(TimeProvider time)
{
    /// <summary>The maximum number of remembered deliveries; the oldest finished one is forgotten first.</summary>
    public const int MaxDeliveries = 2_000;

    /// <summary>
    /// How long a delivery is remembered while other recipients are not reached. Repetitions do not prolong it: those who can be
    /// reached get the message again after it, as Alertmanager intends.
    /// </summary>
    private static readonly TimeSpan WhileIncomplete = TimeSpan.FromHours(1);

    /// <summary>
    /// How long it is remembered after all recipients were reached: a repetition because of a lost answer comes within seconds, an
    /// intended one after minutes.
    /// </summary>
    private static readonly TimeSpan AfterCompletion = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Delivery> _deliveries = new(StringComparer.Ordinal);

    /// <summary>Identifies a notification to a recipient by its alerts, whatever their texts and their order.</summary>
    public static string KeyOf(string channel, string recipient, AlertNotification notification)
    {
        var alerts = notification.Alerts
            .Select(alert => $"{alert.Status}\n{alert.StartsAt.UtcTicks}\n{AlertTexts.KeyOf(alert.Labels)}")
            .Order(StringComparer.Ordinal);
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{channel}\n{recipient}\n{string.Join('\n', alerts)}")));
    }

    /// <summary>Sends a message, unless it is being sent or has been delivered. Returns the result of that one then.</summary>
    /// <exception cref="ProblemException">Too many messages are being sent.</exception>
    public Task<DeliveryResult> SendOnceAsync(string key, Func<Task<DeliveryResult>> sendAsync)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (_deliveries.TryGetValue(key, out var known) && known.IsValid(time, now))
            {
                return known.Result;
            }

            MakeRoom(now);
            var result = sendAsync();
            _deliveries[key] = new Delivery(result, now) { KeptFor = WhileIncomplete };
            return result;
        }
    }

    /// <summary>Reports that all recipients of a notification were reached or refuse it.</summary>
    public void Complete(IEnumerable<string> keys)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            foreach (var key in keys)
            {
                if (_deliveries.TryGetValue(key, out var known)
                    && time.GetElapsedTime(known.SentAt, now) + AfterCompletion is var kept && kept < known.KeptFor)
                {
                    known.KeptFor = kept;
                }
            }
        }
    }

    private void MakeRoom(long now)
    {
        if (_deliveries.Count < MaxDeliveries)
        {
            return;
        }

        foreach (var (key, _) in _deliveries.Where(known => !known.Value.IsValid(time, now)).ToList())
        {
            _deliveries.Remove(key);
        }

        if (_deliveries.Count < MaxDeliveries)
        {
            return;
        }

        var oldest = _deliveries.Where(known => known.Value.Result.IsCompleted).OrderBy(known => known.Value.SentAt)
            .Select(known => known.Key).FirstOrDefault()
            ?? throw ProblemException.Unavailable(
                ProblemCodes.ChannelFailed, $"{MaxDeliveries} messages are being sent to channels that do not answer. Try again later.");
        _deliveries.Remove(oldest);
    }

    private sealed class Delivery(Task<DeliveryResult> result, long sentAt)
    {
        public Task<DeliveryResult> Result { get; } = result;

        public long SentAt { get; } = sentAt;

        /// <summary>How long it is remembered after it was sent.</summary>
        public TimeSpan KeptFor { get; set; }

        /// <summary>Whether it is still being sent, or was delivered recently.</summary>
        public bool IsValid(TimeProvider time, long now) =>
            !Result.IsCompleted
            || (Result is { IsCompletedSuccessfully: true, Result.Status: DeliveryStatus.Delivered } && time.GetElapsedTime(SentAt, now) < KeptFor);
    }
}
