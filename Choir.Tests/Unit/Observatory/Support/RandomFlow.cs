using Choir.Observatory.Flow.Layout;

namespace Choir.Tests.Unit.Observatory.Support;

/// <summary>A graph of nodes and links chosen by a seed: with cycles, links in both directions and links to the own type.</summary>
internal sealed record RandomFlow(IReadOnlyList<string> Nodes, IReadOnlyList<(string From, string To)> Links)
{
    public static RandomFlow Of(int seed, int nodes, int links)
    {
        var random = new Random(seed);
        string[] names = ["gateway", .. Enumerable.Range(1, nodes - 1).Select(i => $"Type{i}Actor")];
        var pairs = new HashSet<(string, string)>();
        while (pairs.Count < Math.Min(links, nodes * (nodes - 1)))
        {
            pairs.Add((names[random.Next(nodes)], names[random.Next(1, nodes)]));
        }

        return new RandomFlow(names, [.. pairs]);
    }

    public static FlowLayout Layout(int seed, int nodes, int links)
    {
        var flow = Of(seed, nodes, links);
        return FlowLayout.Of(flow.Nodes, flow.Links);
    }
}
