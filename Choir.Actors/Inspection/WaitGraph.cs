namespace Choir.Actors.Inspection;

/// <summary>Who waits for whom over all hosts: finds the chains and the cycles in it.</summary>
/// <remarks>
/// The hosts tell what they see at slightly different moments. So a cycle that stands here may be one that never was, if
/// one of its waits ended while another began; a real one is answered as it closes and stands among those that are over.
/// </remarks>
internal sealed class WaitGraph
{
    private const int MaxChains = 100;
    private const int MaxLength = 64;

    private readonly ILookup<string, ActorWait> _waits;
    private readonly Dictionary<string, StuckHandler> _slow;
    private readonly double _slowAfterMs;
    private readonly List<WaitChain> _chains = [];
    private readonly Dictionary<string, DeadlockView> _cycles = new(StringComparer.Ordinal);
    private readonly DateTimeOffset _now;
    private int _steps;

    private WaitGraph(IReadOnlyList<ActorWait> waits, IEnumerable<StuckHandler> slow, double slowAfterMs, DateTimeOffset now)
    {
        _waits = waits.ToLookup(wait => NameOf(wait.ActorType, wait.ActorId), StringComparer.Ordinal);
        _slow = slow.GroupBy(handler => NameOf(handler.ActorType, handler.ActorId), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        (_slowAfterMs, _now) = (slowAfterMs, now);
    }

    /// <summary>Makes one picture of what the hosts found.</summary>
    public static StuckView View(HostReports<HostStuck> reports, DateTimeOffset now)
    {
        var waits = reports.All.SelectMany(report => report.Value.Waits).OrderByDescending(wait => wait.For.ForMs).ToArray();
        var handlers = reports.All.SelectMany(report => report.Value.Handlers).OrderByDescending(handler => handler.ForMs).ToArray();
        var slowAfter = reports.All.Select(report => report.Value.SlowAfterMs).DefaultIfEmpty().Min();
        var graph = new WaitGraph(waits, handlers, slowAfter, now);
        graph.Explore(waits);
        var inCycle = graph._cycles.Values.SelectMany(cycle => cycle.Path).ToHashSet(StringComparer.Ordinal);
        var over = reports.All.SelectMany(report => report.Value.Deadlocks)
            .OrderByDescending(deadlock => deadlock.At)
            .Select(deadlock => new DeadlockView(Closed(deadlock.Path), deadlock.At, deadlock.MessageType, IsOver: true));
        return new StuckView(
            slowAfter,
            Array.ConvertAll(handlers, handler =>
                inCycle.Contains(NameOf(handler.ActorType, handler.ActorId)) ? handler with { Reason = StuckReader.Cycle } : handler),
            waits,
            graph._chains.OrderByDescending(chain => chain.Path.Count).ThenByDescending(chain => chain.ForMs).ToArray(),
            graph._cycles.Values.Concat(over).ToArray(),
            graph._chains.Count == MaxChains || reports.All.Any(report => report.Value.IsCut),
            reports.Hosts);
    }

    private void Explore(ActorWait[] waits)
    {
        var awaited = waits.Select(Target).ToHashSet(StringComparer.Ordinal);
        var firsts = waits.Select(Waiter).Distinct(StringComparer.Ordinal).ToArray();

        // Chains begin at actors that nobody waits for; those that are left over are in cycles.
        foreach (var first in firsts.OrderBy(awaited.Contains))
        {
            Follow(first, [first], []);
        }
    }

    private void Follow(string actor, List<string> path, List<ActorWait> taken)
    {
        foreach (var wait in _waits[actor])
        {
            // Handlers that ask many actors at once make more paths than anybody wants to see.
            if (++_steps > MaxChains * MaxLength || path.Count > MaxLength)
            {
                return;
            }

            var target = Target(wait);
            var seen = path.IndexOf(target);
            path.Add(target);
            taken.Add(wait);
            if (seen >= 0)
            {
                AddCycle(path[seen..], wait);
            }
            else if (_waits.Contains(target))
            {
                Follow(target, path, taken);
            }
            else
            {
                AddChain(path, taken);
            }

            path.RemoveAt(path.Count - 1);
            taken.RemoveAt(taken.Count - 1);
        }
    }

    private void AddChain(List<string> path, List<ActorWait> taken)
    {
        var isHeldUp = _slow.ContainsKey(path[^1]);
        var isPart = _chains.Exists(chain => EndsWith(chain.Path, path));
        if (_chains.Count < MaxChains && !isPart && (isHeldUp || taken.Exists(wait => wait.For.ForMs > _slowAfterMs)))
        {
            _chains.Add(new WaitChain(
                path.ToArray(), taken.Select(wait => wait.For.MessageType).ToArray(), taken[^1].For.ForMs, isHeldUp));
        }
    }

    private void AddCycle(List<string> path, ActorWait last)
    {
        var key = string.Join(' ', path.Skip(1).Order(StringComparer.Ordinal));
        _cycles.TryAdd(key, new DeadlockView(path.ToArray(), _now, last.For.MessageType, IsOver: false));
    }

    private static bool EndsWith(IReadOnlyList<string> path, List<string> end) =>
        path.Count >= end.Count && path.Skip(path.Count - end.Count).SequenceEqual(end, StringComparer.Ordinal);

    private static string[] Closed(IReadOnlyList<string> path) =>
        path.Count > 1 && path[0] == path[^1] ? [.. path] : [.. path, .. path.Take(1)];

    private static string Waiter(ActorWait wait) => NameOf(wait.ActorType, wait.ActorId);

    private static string Target(ActorWait wait) => NameOf(wait.For.ActorType, wait.For.ActorId);

    private static string NameOf(string type, string id) => $"{type}/{id}";
}
