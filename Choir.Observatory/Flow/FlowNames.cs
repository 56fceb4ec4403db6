using Choir.Observatory.Components.Parts;
using Choir.Redaction;

namespace Choir.Observatory.Flow;

/// <summary>Divides names into the lines of the graph.</summary>
internal static class FlowNames
{
    /// <summary>The distance between two lines.</summary>
    public const double LineHeight = 16;

    private const int MaxNodeLines = 3;

    // The fonts of dense graphs are larger, as those are drawn smaller.
    private const int NodeCharacters = 15;
    private const int DenseNodeCharacters = 13;

    /// <summary>The lines of a node's name.</summary>
    public static IReadOnlyList<string> OfNode(string name, bool isDense) => Lines(name, isDense ? DenseNodeCharacters : NodeCharacters, MaxNodeLines);

    /// <summary>As few lines as possible, divided between words if possible. What does not fit is cut.</summary>
    public static IReadOnlyList<string> Lines(string name, int length, int maxLines)
    {
        var lines = new List<string>(maxLines);
        while (name.Length > length && lines.Count < maxLines - 1)
        {
            var end = 0;
            foreach (var word in Words.Of(name).TakeWhile(word => end + word.Length <= length))
            {
                end += word.Length;
            }

            end = end == 0 ? TextCut.Border(name, length) : end;
            lines.Add(name[..end]);
            name = name[end..];
        }

        return [.. lines, Short(name, length)];
    }

    /// <summary>A name that is cut where it is longer.</summary>
    public static string Short(string name, int length) => name.Length <= length ? name : TextCut.Shorten(name, length - 1);
}
