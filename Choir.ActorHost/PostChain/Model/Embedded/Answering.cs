using System.Text;
using Choir.ActorHost.PostChain.Context;

namespace Choir.ActorHost.PostChain.Model.Embedded;

/// <summary>Yield: the answer, in the input's language, and whether another round could improve it.</summary>
internal static class Answering
{
    private const int MaxSources = 4;
    private const int MaxFromText = 3;
    private const int SummarySentences = 3;
    private const int MainPoints = 6;

    /// <summary>The minimum share of the question's terms in a statement that answers it.</summary>
    private const double MinCoverage = 0.34;

    /// <summary>With this share of the question's terms an answer needs no further round.</summary>
    private const double SufficientCoverage = 0.7;

    public static PhaseResult Run(PhaseTask task)
    {
        var context = WorkingContext.Of(task.Context);
        var phrases = Phrases.Of(context);
        var goal = Goal.Of(context);
        return goal.IsQuestion ? Answer(context, goal, phrases, task.Round) : Summarize(context, phrases);
    }

    private static PhaseResult Answer(WorkingContext context, Goal goal, Phrases phrases, int round)
    {
        var sources = context.Sources.OrderByDescending(source => source.Weight).Take(MaxSources).ToList();
        var fromText = context.Statements
            .Where(statement => goal.Coverage(statement.Text) >= MinCoverage)
            .OrderByDescending(statement => statement.Weight)
            .Take(MaxFromText)
            .ToList();
        var text = new StringBuilder();
        if (sources.Count > 0)
        {
            Section(text, phrases.FromEarlier, sources.Select(source => $"- {source.Text} {Wording.Citation(source)}"));
        }

        if (fromText.Count > 0)
        {
            Section(text, phrases.FromTheText, InOrder(fromText).Select(statement => $"- {statement.Text}"));
        }

        if (text.Length == 0)
        {
            Unknown(text, context, phrases);
        }

        var covered = goal.Coverage(string.Join('\n', sources.Concat(fromText).Select(piece => piece.Text)));
        var foundMore = sources.Exists(source => source.Number("round") == round);
        return new PhaseResult(text.ToString().TrimEnd(), Again: foundMore && covered < SufficientCoverage);
    }

    private static void Unknown(StringBuilder text, WorkingContext context, Phrases phrases)
    {
        var asked = context.Questions.Select(question => $"- {question.Text}").ToList();
        Section(text, phrases.YouAsk, asked);
        var keywords = context.Frame?.Words("keywords").Take(5).ToList() ?? [];
        if (keywords.Count > 0)
        {
            text.Append(phrases.Subject).Append(' ').Append(string.Join(phrases.Comma, keywords)).Append("\n\n");
        }

        var said = InOrder(context.Statements.OrderByDescending(statement => statement.Weight).Take(MaxFromText))
            .Select(statement => $"- {statement.Text}").ToList();
        if (said.Count > 0)
        {
            Section(text, phrases.YouSay, said);
        }

        text.Append(phrases.NothingKnown);
    }

    private static PhaseResult Summarize(WorkingContext context, Phrases phrases)
    {
        var text = new StringBuilder();
        var byWeight = context.Statements.OrderByDescending(statement => statement.Weight).ToList();
        var summary = byWeight.Take(SummarySentences).ToList();
        Section(text, phrases.Summary, [string.Join(phrases.SentenceSpace, InOrder(summary).Select(piece => piece.Text))]);
        var points = InOrder(byWeight.Skip(SummarySentences).Take(MainPoints)).Select(piece => $"- {piece.Text}").ToList();
        if (points.Count > 0)
        {
            Section(text, phrases.MainPoints, points);
        }

        var keywords = context.Frame?.Words("keywords").Take(6).ToList() ?? [];
        if (keywords.Count > 0)
        {
            text.Append(phrases.Subject).Append(' ').Append(string.Join(phrases.Comma, keywords)).Append("\n\n");
        }

        var related = context.Sources.OrderByDescending(source => source.Weight).Take(MaxSources).ToList();
        if (related.Count > 0)
        {
            Section(text, phrases.Related, related.Select(source => $"- {source.Text} {Wording.Citation(source)}"));
        }
        else
        {
            text.Append(phrases.NothingKnown);
        }

        return new PhaseResult(text.ToString().TrimEnd());
    }

    private static IEnumerable<ContextPiece> InOrder(IEnumerable<ContextPiece> pieces) =>
        pieces.OrderBy(piece => int.TryParse(piece.Id.AsSpan(piece.Id.IndexOf('/', StringComparison.Ordinal) + 1), out var place) ? place : 0);

    private static void Section(StringBuilder text, string heading, IEnumerable<string> lines)
    {
        text.Append(heading).Append("\n\n");
        foreach (var line in lines)
        {
            text.Append(line).Append('\n');
        }

        text.Append('\n');
    }
}
