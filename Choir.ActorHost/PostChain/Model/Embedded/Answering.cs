using System.Text;
using Choir.ActorHost.PostChain.Context;

namespace Choir.ActorHost.PostChain.Model.Embedded;

/// <summary>Yield: the answer, in the input's language, and whether another round could better it.</summary>
internal static class Answering
{
    private const int MaxSources = 4;
    private const int MaxFromText = 3;
    private const int SummarySentences = 3;
    private const int MainPoints = 6;

    /// <summary>A statement of the input that speaks of less of the question does not answer it.</summary>
    private const double AnswersInText = 0.34;

    /// <summary>An answer that speaks of as much of the question needs no further round.</summary>
    private const double EnoughCovered = 0.7;

    public static PhaseThought Think(PhaseTask task)
    {
        var context = WorkingContext.Of(task.Context);
        var phrases = Phrases.Of(context);
        var goal = Goal.Of(context);
        return goal.IsQuestion ? Answer(context, goal, phrases, task.Round) : Convey(context, phrases);
    }

    private static PhaseThought Answer(WorkingContext context, Goal goal, Phrases phrases, int round)
    {
        var sources = context.Sources.OrderByDescending(source => source.Weight).Take(MaxSources).ToList();
        var fromText = context.Statements
            .Where(statement => goal.Bearing(statement.Text) >= AnswersInText)
            .OrderByDescending(statement => statement.Weight)
            .Take(MaxFromText)
            .ToList();
        var text = new StringBuilder();
        if (sources.Count > 0)
        {
            Section(text, phrases.FromEarlier, sources.Select(source => $"- {source.Text} {Wording.Mark(source)}"));
        }

        if (fromText.Count > 0)
        {
            Section(text, phrases.FromTheText, InOrder(fromText).Select(statement => $"- {statement.Text}"));
        }

        if (text.Length == 0)
        {
            Unknown(text, context, phrases);
        }

        var covered = goal.Bearing(string.Join('\n', sources.Concat(fromText).Select(piece => piece.Text)));
        var foundMore = sources.Exists(source => source.Number("round") == round);
        return new PhaseThought(text.ToString().TrimEnd(), Again: foundMore && covered < EnoughCovered);
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

    private static PhaseThought Convey(WorkingContext context, Phrases phrases)
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
            Section(text, phrases.Related, related.Select(source => $"- {source.Text} {Wording.Mark(source)}"));
        }
        else
        {
            text.Append(phrases.NothingKnown);
        }

        return new PhaseThought(text.ToString().TrimEnd());
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
