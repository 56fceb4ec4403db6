using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model.Text;
using Choir.Contracts.Threads;
using Choir.Storage;

namespace Choir.ActorHost.PostChain.Model.Embedded;

/// <summary>Intention, the desired future: the goals in the input, and how each piece of context serves them.</summary>
internal static class Aiming
{
    private const int QuoteLength = 200;

    public static PhaseThought Think(PhaseTask task)
    {
        var context = WorkingContext.Of(task.Context);
        var goal = Goal.Of(context);
        var bestRank = context.Sources.Select(source => source.Number("rank") ?? 0).DefaultIfEmpty(0).Max();
        var operations = context.Pieces
            .Where(piece => piece.IsQuestion || piece.IsStatement || piece.IsSource)
            .Select(piece => Notes.On(
                piece,
                ContextOperationKind.Prioritize,
                ("weight", Notes.Rounded(Weight(piece, goal, bestRank))),
                ("serves", "goal/1")))
            .ToList();
        var goals = context.Questions.Select((question, i) => $"{i + 1}. Answer: {Wording.Shorten(question.Text, QuoteLength)}")
            .DefaultIfEmpty($"1. Convey what the input says about {Subject(context)}.");
        var telling = operations.Count(operation => operation.Metadata!["weight"].GetDouble() >= 0.5);
        return new PhaseThought(
            $"Goals:\n{string.Join('\n', goals)}\n{telling} of {operations.Count} pieces serve them well.", operations);
    }

    /// <summary>Half of a statement's weight is its standing in its text; where something is asked, the rest is how it bears on that.</summary>
    private static double Weight(ContextPiece piece, Goal goal, double bestRank)
    {
        if (piece.IsQuestion)
        {
            return 1;
        }

        var bearing = goal.Bearing(piece.Text);
        if (piece.IsSource) // The index has found it fitting, perhaps by forms of words that are not seen as the same here.
        {
            return 0.4 + (0.4 * bearing) + (bestRank > 0 ? 0.2 * (piece.Number("rank") ?? 0) / bestRank : 0);
        }

        return goal.IsQuestion ? (0.3 * piece.Weight) + (0.7 * bearing) : piece.Weight;
    }

    private static string Subject(WorkingContext context)
    {
        var keywords = context.Frame?.Words("keywords").Take(3).ToList() ?? [];
        return keywords.Count == 0 ? "itself" : string.Join(", ", keywords);
    }
}

/// <summary>What the input is after, as terms.</summary>
internal sealed class Goal
{
    private readonly TermVector _terms;

    private Goal(TermVector terms, bool isQuestion)
    {
        _terms = terms;
        IsQuestion = isQuestion;
    }

    /// <summary>Whether something is asked; else the goal is to convey what the input is about.</summary>
    public bool IsQuestion { get; }

    public static Goal Of(WorkingContext context)
    {
        var questions = string.Join('\n', context.Questions.Select(question => question.Text));
        var text = questions.Length > 0 ? questions : string.Join(' ', context.Frame?.Words("keywords") ?? []);
        return new Goal(Vector(text), questions.Length > 0);
    }

    /// <summary>How much of the goal a text speaks of, 0 to 1.</summary>
    public double Bearing(string text) => _terms.CoverageBy(Vector(text));

    private static TermVector Vector(string text) =>
        TermVector.Of(Tokenizer.Tokens(text));
}
