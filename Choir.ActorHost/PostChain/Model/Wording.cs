using System.Globalization;
using System.Text.RegularExpressions;
using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model.Embedded;
using Choir.ActorHost.PostChain.Model.Text;
using Choir.Contracts.Threads;

namespace Choir.ActorHost.PostChain.Model;

/// <summary>Shortens texts and cites sources, the same for every model.</summary>
internal static partial class Wording
{
    /// <summary>Cuts a text that is too long at a space or a comma, and adds an ellipsis.</summary>
    public static string Shorten(string text, int limit) =>
        text.Length <= limit ? text : text[..SentenceSplitter.CutBefore(text, limit)].TrimEnd(" ,、，".ToCharArray()) + "…";

    /// <summary>The citation of a source: <c>[1]</c> for <c>source/1</c>.</summary>
    public static string Citation(ContextPiece source) => $"[{Number(source)}]";

    /// <summary>The answer with the list of the sources that it cites.</summary>
    public static string WithSources(string answer, WorkingContext context)
    {
        var lines = CitedSources(answer, context)
            .Select(source => $"{Citation(source)} thread {source.Word("threadId")}, cycle {source.Word("cycleId")}")
            .ToList();
        return lines.Count == 0 ? answer : $"{answer}\n\n{Phrases.Of(context).Sources}\n\n{string.Join('\n', lines)}";
    }

    /// <summary>The sources that an answer cites, best first.</summary>
    public static IReadOnlyList<CycleSource> Cited(string answer, WorkingContext context) =>
        [.. CitedSources(answer, context)
            .Select(source => new CycleSource(source.Word("threadId")!, source.Word("cycleId")!, source.Number("rank") ?? 0))
            .OrderByDescending(source => source.Rank)];

    private static IEnumerable<ContextPiece> CitedSources(string answer, WorkingContext context)
    {
        var cited = CitationPattern().Matches(answer)
            .Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
            .ToHashSet();
        return context.Sources.Where(source => cited.Contains(Number(source)));
    }

    /// <summary>The number of a source: 1 for <c>source/1</c>.</summary>
    public static int Number(ContextPiece source) =>
        int.TryParse(source.Id.AsSpan(source.Id.IndexOf('/', StringComparison.Ordinal) + 1), out var number) ? number : 0;

    [GeneratedRegex(@"\[([0-9]{1,4})\]")]
    private static partial Regex CitationPattern();
}
