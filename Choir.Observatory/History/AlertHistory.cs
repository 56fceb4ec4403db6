namespace Choir.Observatory.History;

/// <summary>
/// The alerts that fired since this process started and have ended: the last <see cref="MaxEnded"/>, in memory. An alert has ended when a
/// complete list does not have it any more.
/// </summary>
public sealed class AlertHistory(TimeProvider time)
{
    /// <summary>The most ended alerts; the one that ended first is forgotten.</summary>
    public const int MaxEnded = 200;

    /// <summary>The most firing alerts that are followed; the end of further ones is not recorded.</summary>
    public const int MaxFiring = 2_000;

    private const string Firing = "firing";

    private readonly Lock _gate = new();
    private readonly LinkedList<EndedAlert> _ended = new();
    private Dictionary<string, Seen> _firing = new(StringComparer.Ordinal);

    /// <summary>Since when alerts are followed; null if there was no list yet.</summary>
    public DateTimeOffset? Since { get; private set; }

    /// <summary>The alerts that have ended, the last one first.</summary>
    public IReadOnlyList<EndedAlert> Ended()
    {
        lock (_gate)
        {
            return [.. _ended];
        }
    }

    /// <summary>Compares a list with the one before. One that may be incomplete ends no alert.</summary>
    internal void Record(ObservatoryAlertList list)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            Since ??= now;
            var firing = new Dictionary<string, Seen>(StringComparer.Ordinal);
            var isCut = list.IsCut;
            foreach (var alert in list.Alerts.Where(alert => alert.State == Firing))
            {
                if (firing.Count == MaxFiring)
                {
                    // What is left out here fires too.
                    isCut = true;
                    break;
                }

                firing[KeyOf(alert)] = new Seen(alert, now);
            }

            if (list is { Problem: not null, IsFiringComplete: false })
            {
                // What is not in it may fire still.
                foreach (var (key, seen) in _firing.Take(MaxFiring - firing.Count))
                {
                    firing.TryAdd(key, seen);
                }
            }
            else if (!isCut)
            {
                foreach (var seen in _firing.Where(one => !firing.ContainsKey(one.Key)).Select(one => one.Value).OrderBy(one => one.Alert.StartsAt))
                {
                    Add(new EndedAlert(seen.Alert, seen.At, now));
                }
            }

            _firing = firing;
        }
    }

    private void Add(EndedAlert alert)
    {
        _ended.AddFirst(alert);
        if (_ended.Count > MaxEnded)
        {
            _ended.RemoveLast();
        }
    }

    // An alert that ended between two lists and started again is another one.
    private static string KeyOf(ObservatoryAlert alert) => string.Join(
        '\n', alert.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).SelectMany(label => new[] { label.Key, label.Value })
            .Prepend(alert.Name).Append(alert.StartsAt.UtcTicks.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    private sealed record Seen(ObservatoryAlert Alert, DateTimeOffset At);
}

/// <summary>An alert that fired and has ended.</summary>
/// <param name="Alert">The alert as it was last seen.</param>
/// <param name="LastSeenAt">When it was last in a list.</param>
/// <param name="EndedAt">The time of the first list without it.</param>
public sealed record EndedAlert(ObservatoryAlert Alert, DateTimeOffset LastSeenAt, DateTimeOffset EndedAt)
{
    /// <summary>How long it fired; a clock that was set back gives none.</summary>
    public TimeSpan Lasted => EndedAt > Alert.StartsAt ? EndedAt - Alert.StartsAt : TimeSpan.Zero;
}
