using System.Collections.Frozen;

namespace Choir.ActorHost.PostChain.Model.Text;

/// <summary>Words that say nothing about a text's subject, and those with which one asks.</summary>
internal static class StopWords
{
    private static readonly FrozenDictionary<TextLanguage, FrozenSet<string>> Sets = new Dictionary<TextLanguage, string>
    {
        [TextLanguage.English] = """
            a about above after again against all also am an and any are as at be because been before being below between
            both but by can could did do does doing don down during each either else ever every explain few for from
            further get gets give had has have having he her here hers herself him himself his how however i if in into
            is isn it its itself just know let like many may me might more most much must my myself neither no nor not
            of off often on once one only or other our ours out over own please quite rather really same shall she
            should since so some such tell than that the their theirs them themselves then there these they this those
            through thus to too two under until up upon us use used using very via was we well were what whatever when
            where whether which while who whom whose why will with within without would yes yet you your yours yourself
            describe doesn didn wasn weren won wouldn couldn shouldn hasn haven aren ll re ve
            """,
        [TextLanguage.German] = """
            aber alle allem allen aller alles als also am an ander andere anderen auch auf aus bei beim bin bis bist bitte
            da dabei dadurch dafür dagegen daher damit dann daran darauf darin darüber das dass dein deine dem den denen
            denn der deren des dessen dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine
            einem einen einer eines einige er erkläre erklären es etwa etwas euch euer für gegen gibt hab habe haben hat
            hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede jedem jeden
            jeder jedes jetzt kann kannst kein keine keinen können könnte machen man manche mehr mein meine mich mir mit
            muss müssen nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen seiner seit sich sie
            sind so solche soll sollte sondern sonst über um und uns unser unter viel vom von vor wann war waren warum
            was weil welche welchem welchen welcher welches wenn wer werden weshalb wie wieder wieso will wir wird wirst
            wo wobei woher worin würde würden zu zum zur zwar zwischen
            """,
        [TextLanguage.French] = """
            ai alors au aucun aussi autre aux avec avoir avait c ce cela ces cet cette ceux chaque comme comment d dans de
            des donc dont du elle elles en entre est et étaient était être eu explique expliquer fait faire font
            il ils j je jusqu l la le les leur leurs lorsque lui m ma mais me même mes moi moins mon n ne ni nos notre nous
            on ont or ou où par parce pas pendant peu peut peuvent plus pour pourquoi qu quand que quel quelle quelles
            quels qui quoi s sa sans se ses si soit son sont sous suis sur t ta te tes toi ton tous tout toute toutes très
            tu un une vers vos votre vous y à
            """,
        [TextLanguage.Spanish] = """
            a al algo algunos ante antes así aún aunque cada como cómo con contra cual cuál cuales cuando cuándo cuánto de
            del desde donde dónde dos durante e el él ella ellas ellos en entre era eran es esa esas ese eso esos esta está
            están estas este esto estos explica explicar fue fueron ha hace hacen han hasta hay la las le les lo los más me
            mi mis mucho muy nada ni no nos nosotros nuestra nuestro o os otra otro otros para pero poco por porque puede
            pueden qué que quien quién se sea según ser si sí sido sin sobre son su sus también tan tanto te tiene tienen
            todo todos tu tus un una uno unos usted y ya yo
            """,
        [TextLanguage.Arabic] = """
            في من على إلى الى عن مع هذا هذه ذلك تلك هو هي هم هن أنا انا نحن أنت انت ما ماذا لماذا كيف متى أين اين من هل أي اي كم
            التي الذي الذين كان كانت يكون تكون ليس لا لم لن قد و أو او ثم أن ان إن كل بعض بين عند بعد قبل حتى إذا اذا لكن
            غير أكثر اكثر كما حيث منذ خلال به بها له لها فيه فيها منه منها عليه عليها اشرح وهو وهي
            """,
        [TextLanguage.Japanese] = """
            です ます という といった について ください ました でした ません これは それは あれは これ それ あれ この その あの
            ここ そこ どこ だれ なに なぜ どう どうやって どのように どのような どんな ですか ますか とは のは のか では には
            する します している しています された される からです ことが ことは ものです こと もの ため とても また そして
            しかし 何 時 中 上 下 人 方 者 的 教 説明 私
            """,
        [TextLanguage.Other] = "",
    }.ToFrozenDictionary(
        entry => entry.Key,
        entry => entry.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase));

    /// <summary>Whether a word is a stop word of a language, in whatever case it is written.</summary>
    public static bool Contains(TextLanguage language, ReadOnlySpan<char> word) =>
        Sets[language].GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);
}
