using Choir.Actors.Inspection;
using Choir.Observatory.Live;

namespace Choir.Observatory.Why;

/// <summary>
/// Finds times of seconds in which something outside of the actors did not answer, from one reading to the next: its calls run and do not end, and
/// actor types that handled messages before succeed with none. The rates of a minute show such a time late or never.
/// </summary>
/// <remarks>Durations are those of the hosts' uptimes, because readings may be delayed.</remarks>
internal sealed class StallWatch
{
    /// <summary>The most ended stalls that are kept.</summary>
    public const int MaxEnded = 20;

    // Readings are made by pages and by requests, so two times may be swapped. One that is older than that says that the clock was set back.
    private static readonly TimeSpan MaxDisorder = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, TypeProgress> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DependencyWatch> _dependencies = new(StringComparer.Ordinal);
    private readonly List<Stall> _ended = [];
    private Dictionary<string, double> _uptimes = new(StringComparer.Ordinal);
    private DateTimeOffset _at;
    private double _clock;

    /// <summary>How many dependencies are watched, for tests.</summary>
    public int Watched => _dependencies.Count;

    /// <summary>Compares a reading with those before, and gives the stalls that last or ended lately.</summary>
    /// <param name="now">The reading.</param>
    /// <param name="unhealthy">The components whose health checks fail: one with the name of a dependency says that it does not answer yet.</param>
    public IReadOnlyList<Stall> Observe(ClusterSnapshot now, IReadOnlySet<string> unhealthy)
    {
        lock (_gate)
        {
            // A host that does not answer now may do so at the next reading: until then nothing can be compared.
            var uptimes = now.Hosts.Hosts.GroupBy(host => host.Name).ToDictionary(host => host.Key, host => host.First().UptimeSeconds, StringComparer.Ordinal);
            var elapsed = Elapsed(uptimes);
            if (now.Missing.Count == 0 && !IsOvertaken(elapsed))
            {
                Advance(now, _at - now.At > MaxDisorder ? null : elapsed, unhealthy);
                _uptimes = uptimes;
            }

            _ended.RemoveAll(stall => now.At - stall.EndedAt > WhyLimits.StallAge);
            return [.. _dependencies.Values.Select(one => one.Open(_clock)).OfType<Stall>(), .. _ended];
        }
    }

    private void Advance(ClusterSnapshot now, double? sinceLast, IReadOnlySet<string> unhealthy)
    {
        if (sinceLast is not { } elapsed || !(elapsed >= 0 && elapsed <= WhyLimits.MaxStallPause.TotalSeconds))
        {
            // Nothing can be compared: hosts came or went, there were no readings, or the clock was set back.
            foreach (var open in _dependencies.Values.Select(one => one.Open(_clock)).OfType<Stall>())
            {
                End(open with { EndedAt = open.EndedAt ?? now.At });
            }

            _ended.RemoveAll(stall => stall.From > now.At || stall.EndedAt > now.At);
            _types.Clear();
            _dependencies.Clear();
            elapsed = 0;
        }

        (_at, _clock) = (now.At, _clock + elapsed);
        foreach (var type in now.Types.Types)
        {
            Progress(type, elapsed);
        }

        Compare(now, unhealthy);
    }

    private void Compare(ClusterSnapshot now, IReadOnlySet<string> unhealthy)
    {
        var calls = now.Dependencies.ToLookup(one => one.Name, StringComparer.Ordinal);

        // What is not reported any more, as when its figures cannot be read, is watched only until its stall has ended.
        foreach (var (name, watch) in _dependencies)
        {
            if (!calls.Contains(name) && watch.Open(_clock) is null)
            {
                _dependencies.Remove(name);
            }
        }

        foreach (var added in calls.Where(one => !_dependencies.ContainsKey(one.Key)).Take(WhyLimits.MaxWatched - _dependencies.Count))
        {
            _dependencies[added.Key] = new DependencyWatch(added.Key);
        }

        foreach (var (name, watch) in _dependencies)
        {
            if (watch.Observe(now.At, _clock, [.. calls[name]], _types, unhealthy.Contains(name)) is { } ended)
            {
                End(ended);
            }
            else if (watch.GoesOn && watch.Open(_clock) is { } open)
            {
                _ended.RemoveAll(one => one.Dependency == name && one.From == open.From);
            }
        }
    }

    // The least time that passed at any host; null if the hosts are not those of the reading before.
    private double? Elapsed(Dictionary<string, double> uptimes) =>
        uptimes.Count > 0 && uptimes.Count == _uptimes.Count && uptimes.Keys.All(_uptimes.ContainsKey) ? uptimes.Min(host => host.Value - _uptimes[host.Key]) : null;

    // A reading that began before the last one and ended after it. A host that was restarted had a longer uptime.
    private static bool IsOvertaken(double? elapsed) => elapsed < 0 && elapsed > -WhyLimits.MaxStallPause.TotalSeconds;

    private void Progress(ActorTypeFigures type, double elapsed)
    {
        var succeeded = type.Messages - type.Errors - type.Rejected;
        if (!_types.TryGetValue(type.Type, out var progress))
        {
            if (_types.Count < WhyLimits.MaxWatched)
            {
                _types[type.Type] = new TypeProgress(succeeded, _clock, _at, type.MessagesPerSecond, Start(succeeded));
            }
        }
        else if (succeeded < progress.Succeeded || succeeded - progress.Succeeded > type.MessagesPerSecond * elapsed * WhyLimits.StallProgress)
        {
            _types[type.Type] = new TypeProgress(
                succeeded, _clock, _at, type.MessagesPerSecond, succeeded < progress.Succeeded ? Start(succeeded) : Append(progress.Recent, succeeded));
        }
        else
        {
            _types[type.Type] = progress with { Succeeded = succeeded, Rate = type.MessagesPerSecond, Recent = Append(progress.Recent, succeeded) };
        }
    }

    private (double Clock, long Succeeded)[] Start(long succeeded) => [(_clock, succeeded)];

    // The first of them is at least the length of the shortest stall ago, unless it is the first of all.
    private (double Clock, long Succeeded)[] Append((double Clock, long Succeeded)[] recent, long succeeded)
    {
        var first = Math.Max(0, Array.FindLastIndex(recent, one => _clock - one.Clock >= WhyLimits.MinStall.TotalSeconds));
        return [.. recent.AsSpan(first), (_clock, succeeded)];
    }

    private void End(Stall stall)
    {
        _ended.Add(stall);
        if (_ended.Count > MaxEnded)
        {
            _ended.RemoveAt(0);
        }
    }
}

/// <summary>The last reading in which messages of a type succeeded as usual.</summary>
/// <param name="Succeeded">The messages that had succeeded as of the last reading.</param>
/// <param name="Clock">The time by the clock of the hosts, in s.</param>
/// <param name="At">The time.</param>
/// <param name="Rate">The messages per second of the minute before the last reading, which falls only slowly during a stall.</param>
/// <param name="Recent">The messages that had succeeded at the readings of the last seconds.</param>
internal sealed record TypeProgress(long Succeeded, double Clock, DateTimeOffset At, double Rate, (double Clock, long Succeeded)[] Recent)
{
    /// <summary>Whether a number of messages, and more than a small part of the usual ones, succeeded in the last seconds.</summary>
    public bool HasSucceeded(int messages)
    {
        var (clock, succeeded) = Recent[0];
        return Succeeded - succeeded >= messages && Succeeded - succeeded > Rate * (Recent[^1].Clock - clock) * WhyLimits.StallProgress;
    }
}
