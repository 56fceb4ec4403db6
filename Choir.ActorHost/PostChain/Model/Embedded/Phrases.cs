using Choir.ActorHost.PostChain.Context;
using Choir.Storage;

namespace Choir.ActorHost.PostChain.Model.Embedded;

/// <summary>The fixed phrases of an answer, in one language. The rest of an answer is quoted.</summary>
internal sealed record Phrases(
    string FromEarlier,
    string FromTheText,
    string YouAsk,
    string YouSay,
    string Subject,
    string NothingKnown,
    string Summary,
    string MainPoints,
    string Related,
    string Sources,
    string Comma = ", ",
    string SentenceSpace = " ")
{
    private static readonly Phrases English = new(
        "Earlier conversations explain it like this:",
        "The text itself says about it:",
        "You ask:",
        "You say:",
        "It is about:",
        "Nothing earlier is known about this.",
        "In short:",
        "Main points:",
        "Earlier conversations have this to say about it:",
        "Sources:");

    private static readonly Phrases German = new(
        "Frühere Gespräche erklären es so:",
        "Der Text selbst sagt dazu:",
        "Die Frage:",
        "Gesagt wird:",
        "Es geht um:",
        "Dazu ist aus früheren Gesprächen nichts bekannt.",
        "Kurz gefasst:",
        "Die wichtigsten Punkte:",
        "Frühere Gespräche sagen dazu:",
        "Quellen:");

    private static readonly Phrases French = new(
        "Des conversations antérieures l'expliquent ainsi :",
        "Le texte lui-même en dit :",
        "La question :",
        "Il est dit :",
        "Le sujet :",
        "Aucune conversation antérieure n'en parle.",
        "En bref :",
        "Points principaux :",
        "Des conversations antérieures en disent :",
        "Sources :");

    private static readonly Phrases Spanish = new(
        "Conversaciones anteriores lo explican así:",
        "El propio texto dice al respecto:",
        "La pregunta:",
        "Se dice:",
        "El tema:",
        "No se sabe nada anterior sobre esto.",
        "En resumen:",
        "Puntos principales:",
        "Conversaciones anteriores dicen al respecto:",
        "Fuentes:");

    private static readonly Phrases Arabic = new(
        "تشرح محادثات سابقة ذلك كما يلي:",
        "يقول النص نفسه عن ذلك:",
        "السؤال:",
        "ما قيل:",
        "الموضوع:",
        "لا يوجد شيء معروف عن هذا من محادثات سابقة.",
        "باختصار:",
        "النقاط الرئيسية:",
        "تقول محادثات سابقة عن ذلك:",
        "المصادر:",
        "، ");

    private static readonly Phrases Japanese = new(
        "以前の会話では次のように説明されています。",
        "本文では次のように述べられています。",
        "ご質問:",
        "述べられていること:",
        "主題:",
        "これについて以前の会話からわかっていることはありません。",
        "要約:",
        "要点:",
        "関連する以前の会話:",
        "出典:",
        "、",
        "");

    /// <summary>The phrases in the language of the input.</summary>
    public static Phrases Of(WorkingContext context) =>
        In(Enum.TryParse<TextLanguage>(context.Frame?.Word("language"), out var language) ? language : TextLanguage.Other);

    private static Phrases In(TextLanguage language) => language switch
    {
        TextLanguage.German => German,
        TextLanguage.French => French,
        TextLanguage.Spanish => Spanish,
        TextLanguage.Arabic => Arabic,
        TextLanguage.Japanese => Japanese,
        _ => English,
    };
}
