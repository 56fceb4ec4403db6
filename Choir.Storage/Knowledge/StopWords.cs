using System.Collections.Frozen;

namespace Choir.Storage;

/// <summary>Words that say nothing about what a text is about, of all languages together.</summary>
/// <remarks>
/// Rare words need no list: the index knows how many passages hold a word. It is for the small index, in which "explain"
/// may be as rare as "photosynthesis".
/// </remarks>
internal static class StopWords
{
    private const string English =
        """
        a about above after again against all almost already also although always am among an and any anything are around as
        ask at away back be became because become been before began behind being below between both but by call called came
        can cannot come could define describe did different do does doing done down during each either else enough even ever
        every everything example explain explained far few find first for from further gave general get give given go goes
        good got great had happen has have having he help her here hers him himself his how however i if in instead into is
        it its itself just keep kind know last later least less let like little long look made main mainly make makes many
        matter may me mean means might more most much must my near need neither never new next no nor not nothing now of off
        often old on once one only onto or order other others our out over own part people perhaps place please point possible
        put quite rather really right said same saw say see seem seen several shall she should show simple simply since small
        so some something sometimes sort still such summarize take taken tell than thank thanks that the their theirs them
        themselves then there therefore these they thing things think this those though through thus time times to today
        together too toward two three under understand until up upon us use used useful uses using usually various very want
        was way ways we well went were what whatever when where whether which while who whole whom whose why will with within
        without word words work works would write yes yet you your yours
        didn doesn don hasn haven isn ll re shouldn ve wasn weren won wouldn aren couldn
        """;

    private const string German =
        """
        aber alle allem allen aller alles als also am ander andere anderem anderen anderer anderes auch auf aus bei beim bin bis
        bist bitte da dabei dadurch dafür dagegen daher damit dann daran darauf daraus darin darüber das dass dein deine dem den
        denen denn der deren des dessen dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein eine einem
        einen einer eines einfach einige einmal er erklär erkläre erklären es etwa etwas euch euer für ganz geben gegen gibt
        habe haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer immer ins ist ja jede jedem
        jeden jeder jedes jetzt kann kannst kein keine keinen können könnte lassen machen macht man manche mehr mein meine mich
        mir mit muss müssen nach nicht nichts noch nun nur ob oder ohne schon sehr sein seine seinem seinen seiner seit selbst
        sich sie sind solche soll sollte sondern sonst über um und uns unser unter viel viele vom von vor wann warum was
        weil welche welchem welchen welcher welches wenn wer werden weshalb wie wieder wieso wird wirst wo wobei woher worin
        wurde würde wurden würden zu zum zur zwar zwischen bedeutet beispiel funktioniert
        """;

    private const string French =
        """
        ai alors au aucun aussi autre autres aux avec avoir avait ce cela ces cet cette ceux chaque comme comment dans de des
        deux donc dont du elle elles en encore entre est et étaient était être eu explique expliquer faire fait font ici il ils
        je jusqu la le les leur leurs lors lorsque lui ma mais me même mes moi moins mon ne ni nos notre nous ont ou où par
        parce pas pendant peu peut peuvent plus pour pourquoi quand que quel quelle quelles quels qui quoi sa sans se ses si
        soit sont sous suis sur ta te tes toi ton tous tout toute toutes très tu un une vers vos votre vous
        """;

    private const string SpanishPortugueseItalian =
        """
        al algo algunos ante antes así aún aunque cada como cómo con contra cual cuál cuales cuando cuándo cuánto del desde
        donde dónde dos durante el ella ellas ellos entre era eran es esa esas ese eso esos esta está están estas este esto
        estos explica explicar fue fueron ha hace hacen han hasta hay las lo los más mi mis mucho muy nada nosotros nuestra
        nuestro os otra otro otros para pero poco por porque puede pueden qué quien quién según ser sí sido sin sobre son su sus
        también tan tanto tiene tienen todo todos tus una uno unos usted ya yo
        ao aos até com da das depois dos ela elas ele eles em essa esse essas esses foi foram isso isto já mais mas meu minha
        muito na não nas no nos num numa o os ou pela pelo pelos por quais qual quando que quem são seja sem seu seus só sua suas
        também tem uma você vocês
        alla alle anche avere che chi ci come cosa così dal dalla dei del della delle di dove è erano essere gli ha hanno il
        loro ma molto nei nel nella non per perché più può quale quali quando quella quello questa queste questi questo sono
        spiega sul sulla suo tra tutti tutto un una
        """;

    private const string Others =
        """
        het een van dat die voor met niet zijn hun ook maar worden wordt kan naar waarom hoe wat deze dit
        и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее мне было вот от меня еще нет
        о из ему теперь когда даже ну вдруг ли если уже или ни быть был него до вас нибудь опять уж вам ведь там потом себя
        ничего ей может они тут где есть надо ней для мы тебя их чем была сам чтоб без будто чего раз тоже себе под будет
        тогда кто этот того потому этого какой это почему объясни
        في من على إلى الى عن مع هذا هذه ذلك تلك هو هي هم هن أنا انا نحن أنت انت ما ماذا لماذا كيف متى أين اين هل التي الذي
        الذين كان كانت يكون تكون ليس لا لم لن قد أو او ثم أن ان إن كل بعض بين عند غير أكثر اكثر كما حيث منذ خلال به بها له لها
        فيه فيها منه منها عليه عليها اشرح وهو وهي يتم
        什么 怎么 怎样 如何 为什 么是 我们 你们 他们 可以 因为 所以 没有 这个 那个 一个 是什 的是 不是 解释 请解 请问 以及 或者 就是 但是
        """;

    private static readonly FrozenSet<string> Words =
        string.Join(' ', English, German, French, SpanishPortugueseItalian, Others)
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a word, in lower case, is one.</summary>
    public static bool Contains(string word) => Words.Contains(word);
}
