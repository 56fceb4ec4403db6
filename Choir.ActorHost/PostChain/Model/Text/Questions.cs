using System.Collections.Frozen;
using Choir.Storage;

namespace Choir.ActorHost.PostChain.Model.Text;

/// <summary>Recognizes questions, and requests for an explanation, which are treated as questions.</summary>
internal static class Questions
{
    private const int MaxLength = 8_000;

    private static readonly FrozenSet<string> Interrogatives = Set(
        "what how why who whom whose when where which is are was were do does did can could should would will has have",
        "was wie warum wieso weshalb wer wem wen wann wo woher wohin welche welcher welches ist sind kann gibt",
        "que quoi comment pourquoi qui quand où quel quelle quels quelles combien est-ce qu'est-ce",
        "qué cómo por quién cuándo dónde cuál cuáles cuánto cuántos",
        "ما ماذا لماذا كيف متى أين اين من هل كم");

    private static readonly FrozenSet<string> Requests = Set(
        "explain describe summarize summarise tell compare define",
        "erkläre erklär beschreibe vergleiche definiere",
        "explique expliquez décris décrivez résume résumez compare",
        "explica explícame describe resume compara define",
        "اشرح وضح صف لخص قارن");

    private static readonly string[] JapaneseEndings =
        ["ですか", "ますか", "でしょうか", "のか", "とは", "教えて", "教えてください", "説明して", "説明してください"];

    public static bool IsQuestion(string sentence, TextLanguage language)
    {
        var text = sentence.AsSpan().TrimEnd(SentenceSplitter.ClosingMarkCharacters);
        if (text.Length == 0)
        {
            return false;
        }

        if (text[^1] is '?' or '？' or '؟' || text[0] == '¿')
        {
            return true;
        }

        if (language == TextLanguage.Japanese)
        {
            var body = text.TrimEnd("。．.！").ToString();
            return JapaneseEndings.Any(ending => body.EndsWith(ending, StringComparison.Ordinal));
        }

        var space = text.IndexOfAny(" \t,:");
        var first = (space < 0 ? text : text[..space]).ToString();

        // "What plants need" without a full stop is a question; "When it rains, plants grow." is not.
        return Requests.Contains(first) || (!SentenceSplitter.IsTerminator(text[^1]) && Interrogatives.Contains(first));
    }

    /// <summary>
    /// The statements of a text. A long text is returned unchanged: its few questions do no harm in the index.
    /// </summary>
    public static string Remove(string text)
    {
        if (text.Length > MaxLength)
        {
            return text;
        }

        var language = LanguageDetector.Detect(text);
        var sentences = SentenceSplitter.Split(text);
        var statements = sentences.Where(sentence => !IsQuestion(sentence.Text, language)).ToList();
        return statements.Count == sentences.Count ? text : string.Join('\n', statements.Select(sentence => sentence.Text));
    }

    private static FrozenSet<string> Set(params ReadOnlySpan<string> words)
    {
        var all = new List<string>();
        foreach (var line in words)
        {
            all.AddRange(line.Split(' '));
        }

        return all.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }
}
