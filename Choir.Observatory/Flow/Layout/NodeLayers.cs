namespace Choir.Observatory.Flow.Layout;

/// <summary>
/// Puts nodes into layers, so that most links lead to the right. A link between two nodes stays in its layer only if there are so many
/// links that the graph would become too wide.
/// </summary>
internal static class NodeLayers
{
    private const int MaxDenseLayers = 5;
    private const int MaxNodesOfLayer = 9;

    /// <summary>The layers of a graph that was not shown before.</summary>
    public static Dictionary<string, int> Of(IReadOnlyList<string> nodes, IReadOnlyList<(string From, string To)> links, bool isDense)
    {
        var index = nodes.Select((node, i) => (node, i)).ToDictionary(one => one.node, one => one.i);
        var edges = links.Where(link => link.From != link.To).Select(link => (From: index[link.From], To: index[link.To])).ToArray();
        var isOutside = nodes.Select(FlowReading.Outside.Contains).ToArray();

        // A link to a sender outside of actors leads back always, any other only where it closes a cycle.
        var inner = edges.Where(edge => !isOutside[edge.To]).ToArray();
        var component = Components(nodes.Count, Targets(nodes.Count, inner));
        var distance = Distances(nodes.Count, edges, isOutside);
        bool LeadsBack((int From, int To) edge) => isOutside[edge.To] && !isOutside[edge.From]
            || (isOutside[edge.To] || component[edge.From] == component[edge.To])
            && (distance[edge.From], edge.From).CompareTo((distance[edge.To], edge.To)) > 0;
        var forward = edges.Select(edge => LeadsBack(edge) ? (From: edge.To, To: edge.From) : edge).Distinct().ToArray();
        var layers = Assign(nodes.Count, forward, isOutside);
        if (isDense)
        {
            Merge(layers, forward);
        }

        return Enumerable.Range(0, nodes.Count).ToDictionary(node => nodes[node], node => layers[node]);
    }

    /// <summary>The layers if the known nodes keep theirs; null if no node is known, or if that is not possible.</summary>
    public static Dictionary<string, int>? Keeping(
        IReadOnlyList<string> nodes, IReadOnlyList<(string From, string To)> links, IReadOnlyDictionary<string, int> known, bool isDense)
    {
        var layers = new Dictionary<string, int>(known);
        if (known.Count == 0 || known.Count * 2 < nodes.Count)
        {
            return null;
        }

        var first = nodes.Any(FlowReading.Outside.Contains) ? 1 : 0;
        foreach (var node in nodes.Where(node => !known.ContainsKey(node)))
        {
            var sources = links.Where(link => link.To == node && layers.ContainsKey(link.From)).Select(link => layers[link.From]).ToHashSet();
            var targets = links.Where(link => link.From == node && layers.ContainsKey(link.To)).Select(link => layers[link.To]).ToHashSet();
            var layer = FlowReading.Outside.Contains(node) ? 0
                : Math.Max(first, sources.Count > 0 ? sources.Max() + 1 : targets.Count > 0 ? targets.Min() - 1 : first);
            while (sources.Contains(layer) || targets.Contains(layer))
            {
                layer++;
            }

            layers[node] = isDense ? Math.Min(layer, Math.Max(first, known.Values.Max())) : layer;
        }

        return !isDense && links.Any(link => link.From != link.To && layers[link.From] == layers[link.To]) ? null : layers;
    }

    // The longest way to a node gives its layer. Then nodes move to the right where this makes lines shorter.
    private static int[] Assign(int count, (int From, int To)[] forward, bool[] isOutside)
    {
        var first = isOutside.Contains(true) ? 1 : 0;
        var layers = isOutside.Select(outside => outside ? 0 : first).ToArray();
        var (sources, targets) = (Targets(count, [.. forward.Select(edge => (edge.To, edge.From))]), Targets(count, forward));
        var missing = sources.Select(list => list.Count).ToArray();
        var ready = new Queue<int>(Enumerable.Range(0, count).Where(node => missing[node] == 0));
        var order = new List<int>(count);
        while (ready.TryDequeue(out var node))
        {
            order.Add(node);
            foreach (var target in targets[node])
            {
                layers[target] = Math.Max(layers[target], layers[node] + 1);
                if (--missing[target] == 0)
                {
                    ready.Enqueue(target);
                }
            }
        }

        foreach (var node in Enumerable.Reverse(order).Where(node => !isOutside[node] && targets[node].Count > sources[node].Count))
        {
            layers[node] = targets[node].Min(target => layers[target]) - 1;
        }

        return layers;
    }

    // Joins the two neighbouring layers that have the fewest links between them, without making one layer too high.
    private static void Merge(int[] layers, (int From, int To)[] forward)
    {
        while (layers.Max() >= MaxDenseLayers)
        {
            var sizes = layers.CountBy(layer => layer).ToDictionary();
            var right = Enumerable.Range(2, layers.Max() - 1).MinBy(layer =>
                forward.Count(edge => layers[edge.From] == layer - 1 && layers[edge.To] == layer)
                + (1_000 * Math.Max(0, sizes.GetValueOrDefault(layer) + sizes.GetValueOrDefault(layer - 1) - MaxNodesOfLayer)));
            for (var node = 0; node < layers.Length; node++)
            {
                layers[node] -= layers[node] >= right ? 1 : 0;
            }
        }
    }

    private static List<int>[] Targets(int count, (int From, int To)[] edges)
    {
        var targets = Enumerable.Range(0, count).Select(_ => new List<int>()).ToArray();
        foreach (var (from, to) in edges)
        {
            targets[from].Add(to);
        }

        return targets;
    }

    // The links from outside, or from the nodes that get nothing, or from the first that is left, to each node.
    private static int[] Distances(int count, (int From, int To)[] edges, bool[] isOutside)
    {
        var targets = Targets(count, edges);
        var distance = Enumerable.Repeat(-1, count).ToArray();
        var starts = Enumerable.Range(0, count).Where(node => isOutside[node] || edges.All(edge => edge.To != node));
        foreach (var start in new[] { starts.ToArray() }.Concat(Enumerable.Range(0, count).Select(node => new[] { node })))
        {
            var queue = new Queue<int>(start.Where(node => distance[node] < 0));
            foreach (var node in queue)
            {
                distance[node] = 0;
            }

            while (queue.TryDequeue(out var node))
            {
                foreach (var target in targets[node].Where(target => distance[target] < 0))
                {
                    distance[target] = distance[node] + 1;
                    queue.Enqueue(target);
                }
            }
        }

        return distance;
    }

    // Tarjan: two nodes have the same number if each can be reached from the other.
    private static int[] Components(int count, List<int>[] targets)
    {
        var (seen, lowest, component) = (new int[count], new int[count], Enumerable.Repeat(-1, count).ToArray());
        var open = new Stack<int>();
        var (time, components) = (0, 0);
        for (var node = 0; node < count; node++)
        {
            if (seen[node] == 0)
            {
                Visit(node);
            }
        }

        return component;

        void Visit(int node)
        {
            seen[node] = lowest[node] = ++time;
            open.Push(node);
            foreach (var target in targets[node])
            {
                if (seen[target] == 0)
                {
                    Visit(target);
                }

                lowest[node] = component[target] < 0 ? Math.Min(lowest[node], lowest[target]) : lowest[node];
            }

            if (lowest[node] == seen[node])
            {
                int member;
                do
                {
                    component[member = open.Pop()] = components;
                }
                while (member != node);
                components++;
            }
        }
    }
}
