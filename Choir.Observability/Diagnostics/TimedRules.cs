using Orleans;

namespace Choir.Observability;

/// <summary>A rule that an operator has set, and how much longer it applies: a duration, because the clocks of two hosts differ.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Left">How much longer it applies.</param>
/// <typeparam name="T">The type of the rule.</typeparam>
[GenerateSerializer, Immutable, Alias("Choir.Actors.Operations.TimedRule`1")]
internal sealed record TimedRule<T>([property: Id(0)] T Rule, [property: Id(1)] TimeSpan Left);

/// <summary>
/// The rules of one kind that apply on this host, each for a limited time by the monotonic clock. Their number is bounded; while
/// there are none, a check costs the read of a flag.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="haveSameTarget">Whether a rule replaces another one.</param>
/// <typeparam name="T">The type of the rules.</typeparam>
internal sealed class TimedRules<T>(TimeProvider time, Func<T, T, bool> haveSameTarget)
    where T : class
{
    /// <summary>The limit of rules; a further one replaces the one that ends first.</summary>
    public const int MaxRules = 100;

    private readonly Lock _gate = new();
    private Entry[] _all = [];

    public bool IsAny => _all.Length > 0;

    /// <summary>Sets a rule, which replaces one with the same target. Without time left it only removes that.</summary>
    public void Set(T added, TimeSpan left)
    {
        lock (_gate)
        {
            var rest = Active().Where(one => !haveSameTarget(one.Rule, added)).OrderByDescending(one => one.Ends).Take(MaxRules - 1);
            _all = left > TimeSpan.Zero ? [.. rest, new Entry(added, EndAfter(left))] : [.. rest];
        }
    }

    /// <summary>Sets a rule of another host, unless there is one with the same target.</summary>
    public void Learn(TimedRule<T> known)
    {
        if (!Array.Exists(Active(), one => haveSameTarget(one.Rule, known.Rule)))
        {
            Set(known.Rule, known.Left);
        }
    }

    /// <summary>The rules that have not ended.</summary>
    public TimedRule<T>[] Current()
    {
        var now = time.GetTimestamp();
        return Array.ConvertAll(Active(), one => new TimedRule<T>(one.Rule, time.GetElapsedTime(now, one.Ends)));
    }

    /// <summary>The first rule that has not ended and that matches; null if there is none.</summary>
    public T? Find<TArgument>(TArgument argument, Func<T, TArgument, bool> matches)
    {
        foreach (var one in _all)
        {
            if (matches(one.Rule, argument) && one.Ends > time.GetTimestamp())
            {
                return one.Rule;
            }
        }

        return null;
    }

    /// <summary>Removes rules that have ended.</summary>
    /// <returns>Whether there were any.</returns>
    public bool RemoveEnded()
    {
        if (!IsAny)
        {
            return false;
        }

        lock (_gate)
        {
            var before = _all.Length;
            _all = Active();
            return _all.Length < before;
        }
    }

    private Entry[] Active()
    {
        var now = time.GetTimestamp();
        return Array.FindAll(_all, one => one.Ends > now);
    }

    private long EndAfter(TimeSpan left) => time.GetTimestamp() + (long)(left.TotalSeconds * time.TimestampFrequency);

    private sealed record Entry(T Rule, long Ends);
}
