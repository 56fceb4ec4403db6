using Choir.Observatory.Components.Parts;

namespace Choir.Observatory.Flow;

/// <summary>Divides names into the lines of the graph.</summary>
internal static class FlowNames
{
    /// <summary>The distance between two lines.</summary>
    public const double LineHeight = 15;

    // The fonts of dense graphs are larger, as those are drawn smaller.
    private const int NodeCharacters = 15;
    private const int DenseNodeCharacters = 13;

    /// <summary>The lines of a node's name.</summary>
    public static IReadOnlyList<string> OfNode(string name, bool isDense) => Lines(name, isDense ? DenseNodeCharacters : NodeCharacters);

    /// <summary>One line, or two that are divided between words if possible. What does not fit in two is cut.</summary>
    public static IReadOnlyList<string> Lines(string name, int length)
    {
        if (name.Length <= length)
        {
            return [name];
        }

        var first = 0;
        foreach (var word in Words.Of(name))
        {
            if (first + word.Length > length)
            {
                break;
            }

            first += word.Length;
        }

        first = first == 0 ? length : first;
        return [name[..first], Short(name[first..], length)];
    }

    /// <summary>A name that is cut where it is longer.</summary>
    public static string Short(string name, int length) => name.Length <= length ? name : name[..(length - 1)] + "…";
}
