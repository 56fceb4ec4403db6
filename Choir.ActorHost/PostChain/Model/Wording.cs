using System.Globalization;
using System.Text.RegularExpressions;
using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model.Embedded;
using Choir.ActorHost.PostChain.Model.Text;
using Choir.Contracts.Threads;

namespace Choir.ActorHost.PostChain.Model;

/// <summary>How answers are worded whichever model thinks: short forms, and the naming of sources.</summary>
internal static partial class Wording
{
    /// <summary>A text cut at a space or a comma where it is too long, with an ellipsis.</summary>
    public static string Shorten(string text, int limit) =>
        text.Length <= limit ? text : text[..SentenceSplitter.CutBefore(text, limit)].TrimEnd(" ,、，".ToCharArray()) + "…";

    /// <summary>How an answer refers to a source: <c>[1]</c> for <c>source/1</c>.</summary>
    public static string Mark(ContextPiece source) => $"[{Number(source)}]";

    /// <summary>The answer with the list of the sources to which it refers.</summary>
    public static string WithSources(string answer, WorkingContext context)
    {
        var lines = Marked(answer, context)
            .Select(source => $"{Mark(source)} thread {source.Word("threadId")}, cycle {source.Word("cycleId")}")
            .ToList();
        return lines.Count == 0 ? answer : $"{answer}\n\n{Phrases.Of(context).Sources}\n\n{string.Join('\n', lines)}";
    }

    /// <summary>The sources to which an answer refers, best first.</summary>
    public static IReadOnlyList<CycleSource> Cited(string answer, WorkingContext context) =>
        [.. Marked(answer, context)
            .Select(source => new CycleSource(source.Word("threadId")!, source.Word("cycleId")!, source.Number("rank") ?? 0))
            .OrderByDescending(source => source.Rank)];

    private static IEnumerable<ContextPiece> Marked(string answer, WorkingContext context)
    {
        var marks = MarkPattern().Matches(answer)
            .Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
            .ToHashSet();
        return context.Sources.Where(source => marks.Contains(Number(source)));
    }

    /// <summary>The number of a source: 1 for <c>source/1</c>.</summary>
    public static int Number(ContextPiece source) =>
        int.TryParse(source.Id.AsSpan(source.Id.IndexOf('/', StringComparison.Ordinal) + 1), out var number) ? number : 0;

    [GeneratedRegex(@"\[(\d{1,4})\]")]
    private static partial Regex MarkPattern();
}
