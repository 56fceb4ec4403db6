using System.Collections.Frozen;

namespace Choir.Storage;

/// <summary>Words that say nothing about a text's subject.</summary>
/// <remarks>
/// The index weights a word by how few passages contain it. In a small index that is not enough: "explain" may be as rare as
/// "photosynthesis". A word that is a subject in another language (German "war") is not listed.
/// </remarks>
internal static class StopWords
{
    private const string EnglishWords =
        """
        a about above after again against all almost already also although always am among an and any anything are around
        as ask at away back be became because become been before began behind being below between both but by call called
        came can cannot come could define describe did different do does doing done down during each either else enough
        even ever every everything example explain explained far few find first for from further gave general get give
        given go goes good got great had happen has have having he help her here hers him himself his how however i if in
        instead into is it its itself just keep kind know last later least less let like little long look made main mainly
        make makes many matter may me mean means might more most much must my near need neither never new next no nor not
        nothing now of off often old on once one only onto or order other others our out over own part people perhaps place
        please point possible put quite rather really right said same saw say see seem seen several shall she should show
        simple simply since small so some something sometimes sort still such summarize take taken tell than thank thanks
        that the their theirs them themselves then there therefore these they thing things think this those though through
        thus time times to today together too toward two three under understand until up upon us use used useful uses using
        usually various very want was way ways we well went were what whatever when where whether which while who whole
        whom whose why will with within without word words work works would write yes yet you your yours didn doesn don
        hasn haven isn ll re shouldn ve wasn weren won wouldn aren couldn gets herself myself ours via yourself
        """;

    private const string GermanWords =
        """
        aber alle allem allen aller alles als also am ander andere anderem anderen anderer anderes auch auf aus bei beim
        bin bis bist bitte da dabei dadurch dafür dagegen daher damit dann daran darauf daraus darin darüber das dass dein
        deine dem den denen denn der deren des dessen dich die dies diese diesem diesen dieser dieses dir doch dort du
        durch ein eine einem einen einer eines einfach einige einmal er erklär erkläre erklären es etwa etwas euch euer für
        ganz geben gegen gibt habe haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer
        immer ins ist ja jede jedem jeden jeder jedes jetzt kann kannst kein keine keinen können könnte lassen machen macht
        man manche mehr mein meine mich mir mit muss müssen nach nicht nichts noch nun nur ob oder ohne schon sehr sein
        seine seinem seinen seiner seit selbst sich sie sind solche soll sollte sondern sonst über um und uns unser unter
        viel viele vom von vor wann warum was weil welche welchem welchen welcher welches wenn wer werden weshalb wie
        wieder wieso wird wirst wo wobei woher worin wurde würde wurden würden zu zum zur zwar zwischen bedeutet beispiel
        funktioniert an hab im in so will wir
        """;

    private const string FrenchWords =
        """
        ai alors au aucun aussi autre autres aux avec avoir avait ce cela ces cet cette ceux chaque comme comment dans de
        des deux donc dont du elle elles en encore entre est et étaient était être eu explique expliquer faire fait font
        ici il ils je jusqu la le les leur leurs lors lorsque lui ma mais me même mes moi moins mon ne ni nos notre nous
        ont ou où par parce pas pendant peu peut peuvent plus pour pourquoi quand que quel quelle quelles quels qui quoi sa
        sans se ses si soit sont sous suis sur ta te tes toi ton tous tout toute toutes très tu un une vers vos votre vous
        c d j l m n on or qu s son t y à
        """;

    private const string SpanishWords =
        """
        al algo algunos ante antes así aún aunque cada como cómo con contra cual cuál cuales cuando cuándo cuánto del desde
        donde dónde dos durante el ella ellas ellos entre era eran es esa esas ese eso esos esta está están estas este esto
        estos explica explicar fue fueron ha hace hacen han hasta hay las lo los más mi mis mucho muy nada nosotros nuestra
        nuestro os otra otro otros para pero poco por porque puede pueden qué quien quién según ser sí sido sin sobre son
        su sus también tan tanto tiene tienen todo todos tus una uno unos usted ya yo a de e en la le les me ni se si te tu
        y él
        """;

    private const string JapaneseWords =
        """
        です ます という といった について ください ました でした ません これは それは あれは これ それ あれ この その あの
        ここ そこ どこ だれ なに なぜ どう どうやって どのように どのような どんな ですか ますか とは のは のか では には
        する します している しています された される からです ことが ことは ものです こと もの ため とても また そして
        しかし 何 時 中 上 下 人 方 者 的 教 説明 私
        """;

    private const string OtherWords =
        """
        ao aos até com da das depois dos ela elas ele eles em essa esse essas esses foi foram isso isto já mais mas meu
        minha muito na não nas no nos num numa o os ou pela pelo pelos por quais qual quando que quem são seja sem seu seus
        só sua suas também tem uma você vocês
        alla alle anche avere che chi ci come cosa così dal dalla dei del della delle di dove è erano essere gli ha hanno
        il loro ma molto nei nel nella non per perché più può quale quali quella quello questa queste questi questo sono
        spiega sul sulla suo tra tutti tutto un una
        het een van dat die voor met niet zijn hun ook maar worden wordt kan naar waarom hoe wat deze dit
        и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее мне было вот от меня еще
        нет о из ему теперь когда даже ну вдруг ли если уже или ни быть был него до вас нибудь опять уж вам ведь там потом
        себя ничего ей может они тут где есть надо ней для мы тебя их чем была сам чтоб без будто чего раз тоже себе под
        будет тогда кто этот того потому этого какой это почему объясни
        في من على إلى الى عن مع هذا هذه ذلك تلك هو هي هم هن أنا انا نحن أنت انت ما ماذا لماذا كيف متى أين اين هل التي الذي
        الذين كان كانت يكون تكون ليس لا لم لن قد أو او ثم أن ان إن كل بعض بين عند غير أكثر اكثر كما حيث منذ خلال به بها له
        لها فيه فيها منه منها عليه عليها اشرح وهو وهي يتم أي اي كم و بعد قبل حتى إذا اذا لكن
        什么 怎么 怎样 如何 为什 么是 我们 你们 他们 可以 因为 所以 没有 这个 那个 一个 是什 的是 不是 解释 请解 请问 以及
        或者 就是 但是
        """;

    private static readonly FrozenSet<string> All = Set(
        string.Join(' ', EnglishWords, GermanWords, FrenchWords, SpanishWords, JapaneseWords, OtherWords));

    public static FrozenSet<string> English { get; } = Set(EnglishWords);

    public static FrozenSet<string> German { get; } = Set(GermanWords);

    public static FrozenSet<string> French { get; } = Set(FrenchWords);

    public static FrozenSet<string> Spanish { get; } = Set(SpanishWords);

    /// <summary>Whether a word is a stop word of any language.</summary>
    public static bool Contains(string word) => All.Contains(word);

    private static FrozenSet<string> Set(string words) =>
        words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
