using System.Globalization;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Actors.Operations;

namespace Choir.Observatory.History;

/// <summary>The latest changes in the cluster, found by comparing each reading with the one before. The first reading is no change.</summary>
public sealed class ClusterEvents(TimeProvider time)
{
    /// <summary>The most changes that are kept.</summary>
    public const int MaxEvents = 200;

    /// <summary>The most changes of one reading: of more, only the number is kept.</summary>
    private const int MaxAtOnce = 20;

    // A host of an earlier version reports its uptime by the wall clock, which may be set.
    private const double UptimeTolerance = 5;

    private readonly Lock _gate = new();
    private readonly Queue<ClusterEvent> _events = new();
    private Dictionary<string, HostSeen>? _hosts;
    private Dictionary<(string, string?, string?), Quarantine>? _quarantines;
    private Dictionary<(string, string?), DiagnosticOverride>? _overrides;

    /// <summary>The changes, the latest first.</summary>
    public IReadOnlyList<ClusterEvent> Latest
    {
        get
        {
            lock (_gate)
            {
                return [.. _events.Reverse()];
            }
        }
    }

    /// <summary>Adds a time without readings, when it has ended.</summary>
    internal void AddPause(ClusterEventKind kind, string what, DateTimeOffset from, DateTimeOffset until)
    {
        var format = from.UtcDateTime.Date == until.UtcDateTime.Date ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss";
        Add(time.GetUtcNow(), kind, [string.Create(CultureInfo.InvariantCulture,
            $"{what} from {from.UtcDateTime.ToString(format, CultureInfo.InvariantCulture)} to {until.UtcDateTime.ToString(format, CultureInfo.InvariantCulture)} UTC")]);
    }

    internal void Compare(HostsView view)
    {
        var now = time.GetUtcNow();
        var seen = Unique(view.Hosts, host => host.Name).ToDictionary(
            host => host.Key, host => new HostSeen(host.Value.Version, host.Value.UptimeSeconds, IsAnswering: true), StringComparer.Ordinal);
        foreach (var missing in view.Answers.Missing)
        {
            seen.TryAdd(missing, (_hosts?.GetValueOrDefault(missing) ?? new HostSeen(null, 0, false)) with { IsAnswering = false });
        }

        if (_hosts is { } before)
        {
            AddAll(now, ClusterEventKind.HostLeft, [.. before.Keys.Except(seen.Keys).Select(name => new ClusterEvent(
                now, ClusterEventKind.HostLeft, $"{name} {(before[name].IsAnswering ? "left" : "was lost")}", Host: name))]);
            Add(now, ClusterEventKind.Host, seen.Select(host => ChangeOf(host.Key, before.GetValueOrDefault(host.Key), host.Value)));
            Add(now, ClusterEventKind.Deployment, Deployments(before, seen));
        }

        _hosts = seen;
    }

    internal void Compare(IEnumerable<Quarantine> quarantines)
    {
        var (now, seen) = (time.GetUtcNow(), Unique(quarantines, one => (one.Type, one.Id, one.MessageType)));
        if (_quarantines is { } before)
        {
            AddAll(now, ClusterEventKind.Quarantine,
            [
                .. seen.Where(one => !before.TryGetValue(one.Key, out var earlier) || earlier.Until != one.Value.Until || earlier.Mode != one.Value.Mode).Select(one =>
                    new ClusterEvent(now, ClusterEventKind.Quarantine, $"{Target(one.Value.Type, one.Value.Id, one.Value.MessageType)} {(one.Value.Mode == QuarantineMode.Pause ? "is paused" : "is skipped")} until {Time(one.Value.Until)} by {one.Value.By}: {one.Value.Reason}", one.Value.Type, one.Value.Id)),
                .. before.Where(one => !seen.ContainsKey(one.Key)).Select(one =>
                    new ClusterEvent(now, ClusterEventKind.Quarantine, $"The quarantine of {Target(one.Value.Type, one.Value.Id, one.Value.MessageType)} ended", one.Value.Type, one.Value.Id)),
            ]);
        }

        _quarantines = seen;
    }

    internal void Compare(IEnumerable<DiagnosticOverride> overrides)
    {
        var (now, seen) = (time.GetUtcNow(), Unique(overrides, one => (one.Type, one.Id)));
        if (_overrides is { } before)
        {
            AddAll(now, ClusterEventKind.Diagnostics,
            [
                .. seen.Where(one => before.GetValueOrDefault(one.Key) != one.Value).Select(one =>
                    new ClusterEvent(now, ClusterEventKind.Diagnostics, $"Diagnostics of {Target(one.Value.Type, one.Value.Id, null)} until {Time(one.Value.Until)}: {Describe(one.Value)}", one.Value.Type, one.Value.Id)),
                .. before.Where(one => !seen.ContainsKey(one.Key)).Select(one =>
                    new ClusterEvent(now, ClusterEventKind.Diagnostics, $"The diagnostics of {Target(one.Value.Type, one.Value.Id, null)} ended", one.Value.Type, one.Value.Id)),
            ]);
        }

        _overrides = seen;
    }

    private static string? ChangeOf(string name, HostSeen? before, HostSeen now) => (before, now) switch
    {
        (null, { IsAnswering: true }) => $"{name} came",
        (null, _) => null,
        ({ IsAnswering: true }, { IsAnswering: false }) => $"{name} does not answer",
        ({ IsAnswering: true } or { Uptime: > 0 }, { IsAnswering: true }) when now.Uptime + UptimeTolerance < before.Uptime => $"{name} was restarted",
        ({ IsAnswering: false }, { IsAnswering: true }) => $"{name} answers again",
        _ => null,
    };

    // A new host with the version of the others is no deployment.
    private static IEnumerable<string> Deployments(Dictionary<string, HostSeen> before, Dictionary<string, HostSeen> now)
    {
        var known = before.Values.Select(host => host.Version).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var (name, host) in now)
        {
            var earlier = before.GetValueOrDefault(name)?.Version;
            if (host.Version is { } version && (earlier is null ? known.Count > 0 && !known.Contains(version) : earlier != version))
            {
                yield return $"{name} runs version {version}{(earlier is null ? "" : $", before {earlier}")}";
            }
        }
    }

    private static string Describe(DiagnosticOverride one) => string.Join(", ", new[]
    {
        one.LogLevel is { } level ? $"log level {level.ToString().ToLowerInvariant()}" : null,
        one.Sampling is { } share ? string.Create(CultureInfo.InvariantCulture, $"sampling {share:0.##}") : null,
    }.OfType<string>());

    private static string Target(string type, string? id, string? messageType) =>
        (id is null ? type : $"{type}/{id}") + (messageType is null ? "" : $" ({messageType})");

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture);

    private static Dictionary<TKey, T> Unique<TKey, T>(IEnumerable<T> all, Func<T, TKey> key)
        where TKey : notnull
    {
        var unique = new Dictionary<TKey, T>();
        foreach (var one in all)
        {
            unique[key(one)] = one;
        }

        return unique;
    }

    private void Add(DateTimeOffset at, ClusterEventKind kind, IEnumerable<string?> texts) =>
        AddAll(at, kind, [.. texts.OfType<string>().Select(text => new ClusterEvent(at, kind, text))]);

    private void AddAll(DateTimeOffset at, ClusterEventKind kind, IReadOnlyList<ClusterEvent> changes)
    {
        lock (_gate)
        {
            foreach (var change in changes.Take(MaxAtOnce))
            {
                _events.Enqueue(change);
            }

            if (changes.Count > MaxAtOnce)
            {
                _events.Enqueue(new ClusterEvent(at, kind, string.Create(CultureInfo.InvariantCulture, $"{changes.Count - MaxAtOnce} further changes at the same time")));
            }

            while (_events.Count > MaxEvents)
            {
                _events.Dequeue();
            }
        }
    }

    private sealed record HostSeen(string? Version, double Uptime, bool IsAnswering);
}
