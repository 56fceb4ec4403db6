using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model.Text;
using Choir.Contracts.Threads;
using Choir.Storage;

namespace Choir.ActorHost.PostChain.Model.Embedded;

/// <summary>Intention: finds the goals in the input and weights each piece of context by them.</summary>
internal static class Prioritizing
{
    private const int QuoteLength = 200;

    public static PhaseResult Run(PhaseTask task)
    {
        var context = WorkingContext.Of(task.Context);
        var goal = Goal.Of(context);
        var bestRank = context.Sources.Select(source => source.Number("rank") ?? 0).DefaultIfEmpty(0).Max();
        var operations = context.Pieces
            .Where(piece => piece.IsQuestion || piece.IsStatement || piece.IsSource)
            .Select(piece => ContextOperations.On(
                piece,
                ContextOperationKind.Prioritize,
                ("weight", ContextOperations.Rounded(Weight(piece, goal, bestRank))),
                ("serves", "goal/1")))
            .ToList();
        var goals = context.Questions.Select((question, i) => $"{i + 1}. Answer: {Wording.Shorten(question.Text, QuoteLength)}")
            .DefaultIfEmpty($"1. Summarize what the input says about {Subject(context)}.");
        var relevant = operations.Count(operation => operation.Metadata!["weight"].GetDouble() >= 0.5);
        return new PhaseResult(
            $"Goals:\n{string.Join('\n', goals)}\n{relevant} of {operations.Count} pieces are relevant to them.", operations);
    }

    /// <summary>For a question, mainly the share of its terms in the piece; otherwise the piece's weight in its text.</summary>
    private static double Weight(ContextPiece piece, Goal goal, double bestRank)
    {
        if (piece.IsQuestion)
        {
            return 1;
        }

        var coverage = goal.Coverage(piece.Text);
        if (piece.IsSource)
        {
            return 0.4 + (0.4 * coverage) + (bestRank > 0 ? 0.2 * (piece.Number("rank") ?? 0) / bestRank : 0);
        }

        return goal.IsQuestion ? (0.3 * piece.Weight) + (0.7 * coverage) : piece.Weight;
    }

    private static string Subject(WorkingContext context)
    {
        var keywords = context.Frame?.Words("keywords").Take(3).ToList() ?? [];
        return keywords.Count == 0 ? "itself" : string.Join(", ", keywords);
    }
}

/// <summary>The goal of the input, as terms.</summary>
internal sealed class Goal
{
    private readonly TermVector _terms;

    private Goal(TermVector terms, bool isQuestion)
    {
        _terms = terms;
        IsQuestion = isQuestion;
    }

    /// <summary>Whether the input has a question; otherwise the goal is a summary.</summary>
    public bool IsQuestion { get; }

    public static Goal Of(WorkingContext context)
    {
        var questions = string.Join('\n', context.Questions.Select(question => question.Text));
        var text = questions.Length > 0 ? questions : string.Join(' ', context.Frame?.Words("keywords") ?? []);
        return new Goal(Vector(text), questions.Length > 0);
    }

    /// <summary>The share of the goal's terms in a text, 0 to 1.</summary>
    public double Coverage(string text) => _terms.CoverageBy(Vector(text));

    private static TermVector Vector(string text) =>
        TermVector.Of(Tokenizer.Tokens(text));
}
