namespace Choir.Observability;

/// <summary>Which actor types ask which, by numbers in the order of their names.</summary>
internal sealed class AskGraph
{
    private readonly string[] _names;
    private readonly int[][] _targets;

    // The search that has last seen a type, and from where it came there.
    private readonly int[] _seenBy;
    private readonly int[] _before;
    private readonly int[] _queue;
    private int _searches;

    public AskGraph(IReadOnlyCollection<(string Source, string Target)> edges)
    {
        _names = [.. edges.SelectMany(edge => new[] { edge.Source, edge.Target }).Distinct().Order(StringComparer.Ordinal)];
        var numbers = _names.Select((name, number) => (name, number)).ToDictionary(one => one.name, one => one.number, StringComparer.Ordinal);
        var targets = edges.ToLookup(edge => numbers[edge.Source], edge => numbers[edge.Target]);
        _targets = [.. Enumerable.Range(0, _names.Length).Select(source => targets[source].Order().ToArray())];
        (_seenBy, _before, _queue) = (new int[_names.Length], new int[_names.Length], new int[_names.Length]);
    }

    /// <summary>
    /// Edges that are part of cycles, at least one of each cycle. An edge is left out if all cycles through it also pass the one before:
    /// its source is asked by one type only, and asks one only.
    /// </summary>
    public IEnumerable<(int Source, int Target)> EdgesInCycles()
    {
        var component = Components();
        for (var source = 0; source < _targets.Length; source++)
        {
            // Only edges inside of a component are in cycles; those out of it are of no use to a search either.
            _targets[source] = Array.FindAll(_targets[source], target => component[target] == component[source]);
        }

        var askers = new int[_names.Length];
        foreach (var target in _targets.SelectMany(targets => targets))
        {
            askers[target]++;
        }

        // In a component of such types only, a ring, one edge stands for all.
        var isRing = new bool[_names.Length];
        Array.Fill(isRing, true);
        for (var type = 0; type < _names.Length; type++)
        {
            isRing[component[type]] &= IsLink(type);
        }

        var isRingListed = new bool[_names.Length];
        for (var source = 0; source < _targets.Length; source++)
        {
            var ring = component[source];
            if (IsLink(source) && (!isRing[ring] || isRingListed[ring]))
            {
                continue;
            }

            isRingListed[ring] = true;
            foreach (var target in _targets[source])
            {
                yield return (source, target);
            }
        }

        bool IsLink(int type) => askers[type] == 1 && _targets[type].Length == 1;
    }

    /// <summary>The shortest way, over as few types as possible.</summary>
    /// <param name="from">Where it starts.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="work">How many edges may be looked at; is lowered.</param>
    /// <returns>The types, both ends included; null if there is no way, or too much work.</returns>
    public List<string>? Path(int from, int to, ref int work)
    {
        _searches++;
        var (read, written) = (0, 0);
        _queue[written++] = from;
        (_seenBy[from], _before[from]) = (_searches, -1);
        while (read < written)
        {
            var type = _queue[read++];
            if (type == to)
            {
                return Names(type);
            }

            work -= _targets[type].Length;
            if (work < 0)
            {
                return null;
            }

            foreach (var target in _targets[type])
            {
                if (_seenBy[target] != _searches)
                {
                    (_seenBy[target], _before[target]) = (_searches, type);
                    _queue[written++] = target;
                }
            }
        }

        return null;
    }

    private List<string> Names(int last)
    {
        var path = new List<string>();
        for (var at = last; at >= 0; at = _before[at])
        {
            path.Add(_names[at]);
        }

        path.Reverse();
        return path;
    }

    /// <summary>The strongly connected component of each type (Tarjan), without recursion: a chain may have thousands of types.</summary>
    private int[] Components()
    {
        const int None = -1;
        var component = new int[_names.Length];
        var (index, low, next) = (new int[_names.Length], new int[_names.Length], new int[_names.Length]);
        Array.Fill(component, None);
        Array.Fill(index, None);
        var (open, path) = (new Stack<int>(), new Stack<int>());
        var (visited, components) = (0, 0);
        for (var root = 0; root < _names.Length; root++)
        {
            if (index[root] == None)
            {
                Enter(root);
            }

            while (path.TryPeek(out var type))
            {
                if (next[type] < _targets[type].Length)
                {
                    var target = _targets[type][next[type]++];
                    if (index[target] == None)
                    {
                        Enter(target);
                    }
                    else if (component[target] == None)
                    {
                        low[type] = Math.Min(low[type], index[target]);
                    }

                    continue;
                }

                path.Pop();
                if (path.TryPeek(out var above))
                {
                    low[above] = Math.Min(low[above], low[type]);
                }

                if (low[type] == index[type])
                {
                    int member;
                    do
                    {
                        member = open.Pop();
                        component[member] = components;
                    }
                    while (member != type);
                    components++;
                }
            }
        }

        return component;

        void Enter(int type)
        {
            index[type] = low[type] = visited++;
            open.Push(type);
            path.Push(type);
        }
    }
}
