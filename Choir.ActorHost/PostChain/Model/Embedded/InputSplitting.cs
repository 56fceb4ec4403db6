using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model.Text;
using Choir.Contracts.Threads;
using Choir.Storage;

namespace Choir.ActorHost.PostChain.Model.Embedded;

/// <summary>Action: describes the input and splits it into its questions and main statements.</summary>
internal static class InputSplitting
{
    private const int MaxQuestions = 6;

    /// <summary>Up to this number of sentences all are used.</summary>
    private const int ShortText = 24;

    private const int MainSentences = 10;
    private const int PartSentences = 12;
    private const int QueryTerms = 8;

    public static PhaseResult Run(PhaseTask task) => task.Round == 0 ? FirstRound(task.Content) : NextRound(task);

    private static PhaseResult FirstRound(string content)
    {
        var text = TextAnalysis.Of(content);
        var questions = AskedQuestions(text);
        var statements = Statements(text);
        var highest = statements.Select(statement => statement.Score).DefaultIfEmpty(1).Max();
        var operations = new List<ContextOperation>
        {
            ContextOperations.Add(
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
        return new PhaseResult(Describe(text, questions.Count), operations);
    }

    /// <summary>
    /// The query of another round: the question's terms and the keywords of the sources, as in relevance feedback (Rocchio,
    /// 1971).
    /// </summary>
    private static PhaseResult NextRound(PhaseTask task)
    {
        var context = WorkingContext.Of(task.Context);
        var question = string.Join(' ', context.Questions.Select(piece => piece.Text));
        var sources = TextAnalysis.Of(string.Join('\n', context.Sources.Select(piece => piece.Text)));
        var asked = Tokenizer.Tokens(question).ToList();
        var keys = asked.Select(token => token.Key).ToHashSet(StringComparer.Ordinal);
        var terms = asked.Where(token => !token.IsFragment).Select(token => token.Surface)
            .Concat(sources.Keywords.Where(word => Tokenizer.Tokens(word).All(token => !keys.Contains(token.Key))))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Take(QueryTerms);
        var query = string.Join(' ', terms);
        return new PhaseResult(
            $"{context.Frame?.Text} Round {task.Round + 1} searches again with terms of the sources: {query}.",
            [ContextOperations.Add($"query/{task.Round + 1}", query, ("kind", "query"))]);
    }

    /// <summary>
    /// The questions to answer. In a long text these are in the first or last sentences; others are part of the text.
    /// </summary>
    private static List<AnalysedSentence> AskedQuestions(TextAnalysis text)
    {
        var count = text.Sentences.Count;
        return [.. text.Sentences
            .Where(sentence => sentence.IsQuestion && (count <= ShortText || sentence.Index < 2 || sentence.Index >= count - 3))
            .Take(MaxQuestions)];
    }

    private static List<AnalysedSentence> Statements(TextAnalysis text)
    {
        var statements = text.Sentences.Where(sentence => !sentence.IsQuestion).ToList();
        if (statements.Count <= ShortText)
        {
            return statements;
        }

        return [.. Extracts.Best(statements, MainSentences)
            .Concat(Extracts.BestOfEachPart(statements, PartSentences))
            .DistinctBy(sentence => sentence.Index)
            .OrderBy(sentence => sentence.Index)];
    }

    private static ContextOperation Piece(AnalysedSentence sentence, string kind, double weight) => ContextOperations.Add(
        $"input/{sentence.Index + 1}",
        sentence.Text,
        ("kind", kind),
        ("weight", ContextOperations.Rounded(weight)));

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
