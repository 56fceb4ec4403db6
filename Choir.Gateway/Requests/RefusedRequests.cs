namespace Choir.Gateway.Requests;

/// <summary>
/// Counts the requests of the last <see cref="Window"/> that this gateway answered with 429 or 503, by the code of the problem. Most of them never
/// reached an actor, so that no other figure of the live pages has them.
/// </summary>
internal sealed class RefusedRequests(TimeProvider time)
{
    /// <summary>The most codes; further ones count as <see cref="Other"/>.</summary>
    public const int MaxCodes = 20;

    /// <summary>Stands for codes beyond <see cref="MaxCodes"/>.</summary>
    public const string Other = "other";

    /// <summary>The time that is counted, to the nearest tenth of a minute.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private const int SlotCount = 50;

    private static readonly TimeSpan SlotLength = Window / SlotCount;

    private readonly Lock _gate = new();
    private readonly long _started = time.GetTimestamp();
    private readonly Dictionary<string, int[]> _counts = new(StringComparer.Ordinal);
    private long _slot;

    /// <summary>Counts an answer, if its status is one of these.</summary>
    public void Count(int status, string code)
    {
        if (status is not (StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable))
        {
            return;
        }

        lock (_gate)
        {
            Advance();
            var key = _counts.ContainsKey(code) || _counts.Count < MaxCodes ? code : Other;
            if (!_counts.TryGetValue(key, out var slots))
            {
                _counts[key] = slots = new int[SlotCount];
            }

            slots[_slot % SlotCount]++;
        }
    }

    /// <summary>The codes with their numbers, the most frequent first.</summary>
    public IReadOnlyList<(string Code, int Count)> Read()
    {
        lock (_gate)
        {
            Advance();
            return
            [
                .. _counts.Select(one => (one.Key, Count: one.Value.Sum())).Where(one => one.Count > 0)
                    .OrderByDescending(one => one.Count).ThenBy(one => one.Key, StringComparer.Ordinal),
            ];
        }
    }

    private void Advance()
    {
        var now = (long)(time.GetElapsedTime(_started) / SlotLength);
        foreach (var slots in _counts.Values)
        {
            for (var slot = Math.Max(_slot + 1, now - SlotCount + 1); slot <= now; slot++)
            {
                slots[slot % SlotCount] = 0;
            }
        }

        _slot = now;
        foreach (var code in _counts.Where(one => one.Value.All(count => count == 0)).Select(one => one.Key).ToArray())
        {
            _counts.Remove(code);
        }
    }
}
