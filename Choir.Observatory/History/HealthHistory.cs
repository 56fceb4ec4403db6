using Choir.Redaction;

namespace Choir.Observatory.History;

/// <summary>
/// The health of each component over the last hour, in memory: the times with the same status, each with the reason at its beginning.
/// A status holds until the next reading, but at most for <see cref="MaxPause"/>: where there was no reading, there is a gap.
/// </summary>
public sealed class HealthHistory(TimeProvider time)
{
    /// <summary>The most components; further ones have no history.</summary>
    public const int MaxComponents = 30;

    /// <summary>How many of the latest spans of a component keep their reason.</summary>
    public const int MaxReasons = 100;

    /// <summary>The longest kept reason, in characters.</summary>
    public const int MaxReasonLength = 200;

    /// <summary>The longest time between two readings that is no gap.</summary>
    public static readonly TimeSpan MaxPause = HistoryStore.MaxPause;

    private static readonly TimeSpan Window = HistoryStore.Step * HistoryStore.Length;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<HealthSpan>> _spans = new(StringComparer.Ordinal);

    /// <summary>The components in the order in which they were first seen, each with the spans of the last hour.</summary>
    public IReadOnlyList<ComponentHistory> Read()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            Forget(now);
            return [.. _spans.Select(one => new ComponentHistory(one.Key, [.. one.Value[..^1], UntilNow(one.Value[^1], now)]))];
        }
    }

    /// <summary>Records what the application says. A component that it does not name any more has a gap from then on.</summary>
    internal void Record(IEnumerable<ObservatoryComponent> components)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            Forget(now);
            foreach (var component in components)
            {
                if (_spans.ContainsKey(component.Name) || _spans.Count < MaxComponents)
                {
                    Add(component.Name, now, HealthStatus.Known(component.Status), component.Reason);
                }
            }
        }
    }

    /// <summary>Records that the health of all components could not be read.</summary>
    internal void RecordUnknown(string reason)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            Forget(now);
            foreach (var name in _spans.Keys)
            {
                Add(name, now, HealthStatus.Unknown, reason);
            }
        }
    }

    private static HealthSpan UntilNow(HealthSpan last, DateTimeOffset now) => now - last.Until <= MaxPause ? last with { Until = now } : last;

    // Readings are seconds apart, so an hour has a limited number of spans.
    private void Add(string name, DateTimeOffset now, string status, string? reason)
    {
        if (!_spans.TryGetValue(name, out var spans))
        {
            _spans[name] = spans = [];
        }

        if (spans is [.., var last] && now - last.Until <= MaxPause)
        {
            spans[^1] = last with { Until = now };
            if (last.Status == status)
            {
                return;
            }
        }

        spans.Add(new HealthSpan(now, now, status, status == HealthStatus.Healthy || reason is null ? null : TextCut.Shorten(reason, MaxReasonLength)));
        if (spans.Count > MaxReasons)
        {
            spans[^(MaxReasons + 1)] = spans[^(MaxReasons + 1)] with { Reason = null };
        }
    }

    // A clock that was set back leaves spans in the future: they have no place any more.
    private void Forget(DateTimeOffset now)
    {
        foreach (var (name, spans) in _spans)
        {
            spans.RemoveAll(span => span.Until < now - Window || span.From > now);
            if (spans is [.., var last] && last.Until > now)
            {
                spans[^1] = last with { Until = now };
            }

            if (spans.Count == 0)
            {
                _spans.Remove(name);
            }
        }
    }
}
