using Choir.Observability;

namespace Choir.Actors.Inspection;

/// <summary>Finds chains and cycles in the waits of all hosts.</summary>
/// <remarks>
/// The hosts report at slightly different times. So a cycle found here may never have existed, if one of its waits ended
/// before another began. A real deadlock of Choir's actors is detected and ended when it arises, and reported as over.
/// A wait of an ordinary grain is known to the receiver's host once the call runs, and with <see cref="ObservabilityOptions.ObserveCallers"/>
/// to the caller's host from its start. If all calls of a cycle run, it is one of reentrant grains and no deadlock. Nor is it one if a grain of it takes
/// other calls while it waits, which its host tells: <see cref="ActorWait.HoldsUpGrain"/>.
/// </remarks>
internal sealed class WaitGraph
{
    private const int MaxChains = 100;
    private const int MaxLength = 64;

    private readonly ILookup<string, ActorWait> _waits;
    private readonly HashSet<(string, string)> _queued;
    private readonly Dictionary<string, StuckHandler> _slow;
    private readonly double _slowAfterMs;
    private readonly List<WaitChain> _chains = [];
    private readonly Dictionary<string, DeadlockView> _cycles = new(StringComparer.Ordinal);
    private readonly DateTimeOffset _now;
    private int _steps;

    private WaitGraph(
        IReadOnlyList<ActorWait> waits, HashSet<(string, string)> queued, IEnumerable<StuckHandler> slow, double slowAfterMs, DateTimeOffset now)
    {
        _queued = queued;
        _waits = waits.Where(wait => !wait.IsNotAwaited).ToLookup(wait => NameOf(wait.ActorType, wait.ActorId), StringComparer.Ordinal);
        _slow = slow.GroupBy(handler => NameOf(handler.ActorType, handler.ActorId), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        (_slowAfterMs, _now) = (slowAfterMs, now);
    }

    /// <param name="reports">What the hosts report.</param>
    /// <param name="now">The time.</param>
    /// <param name="gone">Of callers that only the hosts of the called grains report, those that do not wait any more.</param>
    public static StuckView Merge(HostReports<StuckView> reports, DateTimeOffset now, IReadOnlySet<ActorAddress>? gone = null)
    {
        var reported = reports.Values.SelectMany(view => view.Waits).ToLookup(wait => wait.Host.Length == 0);
        var running = reported[true].CountBy(PairOf).ToDictionary();
        var asked = reported[false].CountBy(PairOf).ToDictionary();
        var queued = asked.Where(pair => pair.Value > running.GetValueOrDefault(pair.Key)).Select(pair => pair.Key).ToHashSet();
        var waits = reported[false].Concat(OnlyOfReceivers(reports).Where(wait => gone?.Contains(CallerOf(wait)) != true))
            .OrderByDescending(wait => wait.For.ForMs).ToArray();
        var handlers = reports.Values.SelectMany(view => view.Handlers).OrderByDescending(handler => handler.ForMs).ToArray();
        var slowAfter = SlowAfter(reports);
        var graph = new WaitGraph(waits, queued, handlers, slowAfter, now);
        graph.Explore(Array.FindAll(waits, wait => !wait.IsNotAwaited));
        var inCycle = graph._cycles.Values.SelectMany(cycle => cycle.Path).ToHashSet(StringComparer.Ordinal);
        var over = reports.Values.SelectMany(view => view.Deadlocks).OrderByDescending(deadlock => deadlock.At);
        return new StuckView(
            slowAfter,
            Array.ConvertAll(handlers, handler => handler with { Reason = graph.ReasonOf(handler, inCycle) }),
            waits,
            graph._chains.OrderByDescending(chain => chain.Path.Count).ThenByDescending(chain => chain.ForMs).ToArray(),
            graph._cycles.Values.Concat(over).ToArray(),
            graph._chains.Count == MaxChains || reports.Values.Any(view => view.IsCut),
            Quarantines: [],
            PossibleDeadlocks: [],
            reports.Hosts);
    }

    /// <summary>
    /// Callers of which only the hosts of the called grains report that they wait for long. They are not told when a caller stops. Others are not asked: which
    /// calls run at a moment would fill the question.
    /// </summary>
    public static ActorAddress[] UnconfirmedCallers(HostReports<StuckView> reports)
    {
        var slowAfter = SlowAfter(reports);
        return [.. OnlyOfReceivers(reports).Where(wait => wait.For.ForMs > slowAfter).Select(CallerOf).Distinct()];
    }

    private static double SlowAfter(HostReports<StuckView> reports) => reports.Values.Select(view => view.SlowAfterMs).DefaultIfEmpty().Min();

    private static IEnumerable<ActorWait> OnlyOfReceivers(HostReports<StuckView> reports)
    {
        var asked = reports.Values.SelectMany(view => view.Waits).Where(wait => wait.Host.Length > 0).Select(PairOf).ToHashSet();
        return reports.Values.SelectMany(view => view.Waits).Where(wait => wait.Host.Length == 0 && !asked.Contains(PairOf(wait)));
    }

    // Of an ordinary grain, it may be that only the hosts of those whom it calls know that it waits.
    private string ReasonOf(StuckHandler handler, HashSet<string> inCycle)
    {
        var name = NameOf(handler.ActorType, handler.ActorId);
        return handler.IsOwnReason ? handler.Reason
            : inCycle.Contains(name) ? StuckReader.Cycle
            : _waits.Contains(name) ? StuckReader.Blocked : handler.Reason;
    }

    private void Explore(ActorWait[] waits)
    {
        var awaited = waits.Select(Target).ToHashSet(StringComparer.Ordinal);
        var firsts = waits.Select(Waiter).Distinct(StringComparer.Ordinal).ToArray();

        // Starts with actors that no other actor waits for. The remaining ones are in cycles.
        foreach (var first in firsts.OrderBy(awaited.Contains))
        {
            Follow(first, [first], []);
        }
    }

    private void Follow(string actor, List<string> path, List<ActorWait> taken)
    {
        foreach (var wait in _waits[actor])
        {
            // Handlers that ask many actors at once lead to a large number of paths.
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
                AddCycle(path[seen..], taken[seen..]);
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

    private void AddCycle(List<string> path, List<ActorWait> waits)
    {
        // That of Choir's actors is not known to run.
        if (!waits.Exists(wait => _queued.Contains(PairOf(wait))) || !waits.TrueForAll(HoldsUpWaiter))
        {
            return;
        }

        var key = string.Join(' ', path.Skip(1).Order(StringComparer.Ordinal));
        var last = waits.MinBy(wait => wait.For.ForMs)!.For;
        _cycles.TryAdd(key, new DeadlockView(path.ToArray(), _now - TimeSpan.FromMilliseconds(last.ForMs), last.MessageType, IsOver: false));
    }

    // Only a wait of one of Choir's actors has the id of its message at the waiter: its turns never run beside each other.
    private static bool HoldsUpWaiter(ActorWait wait) => wait.HoldsUpGrain || (wait.Host.Length > 0 && wait.For.MessageId != Guid.Empty);

    private static ActorAddress CallerOf(ActorWait wait) => ActorAddress.OfStored(wait.ActorType, wait.ActorId);

    private static (string, string) PairOf(ActorWait wait) => (Waiter(wait), Target(wait));

    private static bool EndsWith(IReadOnlyList<string> path, List<string> end) =>
        path.Count >= end.Count && path.Skip(path.Count - end.Count).SequenceEqual(end, StringComparer.Ordinal);

    private static string Waiter(ActorWait wait) => NameOf(wait.ActorType, wait.ActorId);

    private static string Target(ActorWait wait) => NameOf(wait.For.ActorType, wait.For.ActorId);

    private static string NameOf(string type, string id) => $"{type}/{id}";
}
