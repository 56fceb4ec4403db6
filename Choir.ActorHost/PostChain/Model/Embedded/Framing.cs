using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model.Text;
using Choir.Contracts.Threads;
using Choir.Storage;

namespace Choir.ActorHost.PostChain.Model.Embedded;

/// <summary>Action, the immediate present: what the input is, and the pieces of it that matter.</summary>
internal static class Framing
{
    private const int MaxQuestions = 6;

    /// <summary>A text of no more sentences is taken whole.</summary>
    private const int WholeText = 24;

    private const int MainSentences = 10;
    private const int CourseSentences = 12;
    private const int QueryTerms = 8;

    public static PhaseThought Think(PhaseTask task) => task.Round == 0 ? First(task.Content) : Again(task);

    private static PhaseThought First(string content)
    {
        var text = TextAnalysis.Of(content);
        var questions = AskedQuestions(text);
        var statements = Statements(text);
        var highest = statements.Select(statement => statement.Score).DefaultIfEmpty(1).Max();
        var operations = new List<ContextOperation>
        {
            Notes.Add(
                "frame",
                Describe(text, questions.Count),
                ("kind", "frame"),
                ("language", text.Language.ToString()),
                ("sentences", text.Sentences.Count),
                ("keywords", text.Keywords)),
        };
        operations.AddRange(questions.Select(question => Piece(question, "question", 1)));
        operations.AddRange(statements.Select(
            statement => Piece(statement, "statement", highest == 0 ? 0 : statement.Score / highest)));
        return new PhaseThought(Describe(text, questions.Count), operations);
    }

    /// <summary>
    /// Another round asks for what the finds speak of beside the question: relevance feedback (Rocchio, 1971), with the
    /// finds taken for relevant.
    /// </summary>
    private static PhaseThought Again(PhaseTask task)
    {
        var context = WorkingContext.Of(task.Context);
        var question = string.Join(' ', context.Questions.Select(piece => piece.Text));
        var finds = TextAnalysis.Of(string.Join('\n', context.Sources.Select(piece => piece.Text)));
        var asked = Tokenizer.Tokens(question).ToList();
        var keys = asked.Select(token => token.Key).ToHashSet(StringComparer.Ordinal);
        var terms = asked.Where(token => !token.IsFragment).Select(token => token.Surface)
            .Concat(finds.Keywords.Where(word => Tokenizer.Tokens(word).All(token => !keys.Contains(token.Key))))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Take(QueryTerms);
        var query = string.Join(' ', terms);
        return new PhaseThought(
            $"{context.Frame?.Text} Round {task.Round + 1} asks again, with the words of what was found: {query}.",
            [Notes.Add($"query/{task.Round + 1}", query, ("kind", "query"))]);
    }

    /// <summary>
    /// The questions that the input puts to its reader. A long text asks in its first or last sentences; the questions in
    /// between are its own.
    /// </summary>
    private static List<AnalysedSentence> AskedQuestions(TextAnalysis text)
    {
        var count = text.Sentences.Count;
        return [.. text.Sentences
            .Where(sentence => sentence.IsQuestion && (count <= WholeText || sentence.Index < 2 || sentence.Index >= count - 3))
            .Take(MaxQuestions)];
    }

    private static List<AnalysedSentence> Statements(TextAnalysis text)
    {
        var statements = text.Sentences.Where(sentence => !sentence.IsQuestion).ToList();
        if (statements.Count <= WholeText)
        {
            return statements;
        }

        return [.. Extracts.Best(statements, MainSentences)
            .Concat(Extracts.BestOfEachPart(statements, CourseSentences))
            .DistinctBy(sentence => sentence.Index)
            .OrderBy(sentence => sentence.Index)];
    }

    private static ContextOperation Piece(AnalysedSentence sentence, string kind, double weight) => Notes.Add(
        $"input/{sentence.Index + 1}",
        sentence.Text,
        ("kind", kind),
        ("weight", Notes.Rounded(weight)));

    private static string Describe(TextAnalysis text, int questions)
    {
        var form = (questions, text.Sentences.Count) switch
        {
            (1, 1) => "A question",
            (> 1, var all) when all == questions => $"{questions} questions",
            (0, <= 1) => "A statement",
            (0, var all) => $"A text of {all} sentences",
            (1, var all) => $"A question within {all} sentences",
            var (asked, all) => $"{asked} questions within {all} sentences",
        };
        var language = text.Language == TextLanguage.Other ? "" : $" in {text.Language}";
        var subject = text.Keywords.Count == 0 ? "" : $", about {string.Join(", ", text.Keywords.Take(6))}";
        return $"{form}{language}{subject}.";
    }
}
