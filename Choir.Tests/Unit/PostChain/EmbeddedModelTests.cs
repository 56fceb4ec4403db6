using Choir.ActorHost.PostChain.Model;
using Choir.Contracts.Threads;

namespace Choir.Tests.Unit.PostChain;

public sealed class EmbeddedModelTests
{
    private const string Thread = "01890000-0000-7000-8000-000000000001";
    private const string Cycle = "01890000-0000-7000-8000-000000000002";

    [Fact]
    public async Task A_question_is_answered_from_a_source_that_is_cited()
    {
        var known = new EarlierCycle(Thread, Cycle, 0.5, Texts.Photosynthesis);
        var round = await Conversation.RunAsync("How do green plants make use of sunlight?", [known]);
        Assert.Contains("turn sunlight into chemical energy", round.Answer, StringComparison.Ordinal);
        Assert.Contains($"thread {Thread}, cycle {Cycle}", round.Answer, StringComparison.Ordinal);
        Assert.Equal([new CycleSource(Thread, Cycle, 0.5)], round.Sources);
    }

    [Theory]
    [InlineData("See the figure [١] in the book of optics, it shows lenses.")]
    [InlineData("第二章では光の屈折を扱う[１]。")]
    [InlineData("चित्र [१२] देखें।")]
    public async Task Digits_of_other_scripts_in_brackets_cite_nothing(string input)
    {
        var round = await Conversation.RunAsync(input, [new EarlierCycle(Thread, Cycle, 0.5, Texts.Photosynthesis)]);
        Assert.NotEmpty(round.Answer);
    }

    [Fact]
    public async Task A_question_without_sources_is_repeated_with_its_subject()
    {
        var round = await Conversation.RunAsync("How do volcanoes erupt?");
        Assert.Contains("How do volcanoes erupt?", round.Answer, StringComparison.Ordinal);
        Assert.Contains("volcanoes", round.Answer.Split("It is about:")[1], StringComparison.Ordinal);
        Assert.Contains("Nothing earlier is known about this.", round.Answer, StringComparison.Ordinal);
        Assert.Empty(round.Sources);
    }

    [Fact]
    public async Task A_text_that_answers_its_own_question_is_quoted()
    {
        var round = await Conversation.RunAsync($"{Texts.Glaciers}\n\nWhat happens to the tongue when the climate warms?");
        Assert.Contains("The text itself says about it:", round.Answer, StringComparison.Ordinal);
        Assert.Contains("leaves moraines behind", round.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_article_becomes_a_summary_with_main_points()
    {
        var article = Texts.Article(2_000);
        var round = await Conversation.RunAsync(article);
        Assert.StartsWith("In short:", round.Answer, StringComparison.Ordinal);
        Assert.Contains("Main points:", round.Answer, StringComparison.Ordinal);
        Assert.InRange(round.Answer.Length, 300, 4_000);
        var points = round.Answer.Split('\n').Where(line => line.StartsWith("- ", StringComparison.Ordinal)).ToList();
        Assert.InRange(points.Count, 3, 10);
        Assert.Equal(points.Count, points.Distinct().Count());
        var flat = article.Replace("\n\n", " ", StringComparison.Ordinal);
        Assert.All(points, point => Assert.Contains(point[2..], flat, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Wie entsteht Regen über dem Meer?", "Dazu ist aus früheren Gesprächen nichts bekannt.")]
    [InlineData("光合成とは何ですか。", "これについて以前の会話からわかっていることはありません。")]
    [InlineData("ما هي عملية البناء الضوئي؟", "لا يوجد شيء معروف عن هذا من محادثات سابقة.")]
    [InlineData("Comment les plantes utilisent-elles la lumière ?", "Aucune conversation antérieure n'en parle.")]
    [InlineData("¿Cómo usan las plantas la luz?", "No se sabe nada anterior sobre esto.")]
    [InlineData("🚀🚀🌍", "Nothing earlier is known about this.")]
    [InlineData("...", "Nothing earlier is known about this.")]
    public async Task The_answer_is_in_the_language_of_the_input(string input, string phrase) =>
        Assert.Contains(phrase, (await Conversation.RunAsync(input)).Answer, StringComparison.Ordinal);

    [Fact]
    public async Task A_Japanese_question_finds_its_sentence_in_a_longer_source()
    {
        var known = new EarlierCycle(
            Thread, Cycle, 0.4, "氷河は雪が固まってできる。光合成は植物が光のエネルギーを使って糖を作る働きである。海は広い。");
        var round = await Conversation.RunAsync("植物の光合成について教えてください。", [known]);
        Assert.Contains("糖を作る働き", round.Answer, StringComparison.Ordinal);
        Assert.DoesNotContain("海は広い", round.Answer, StringComparison.Ordinal);
        Assert.Contains(Thread, round.Answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("How do volcanoes erupt?")]
    [InlineData(Texts.Photosynthesis)]
    public async Task The_same_input_gives_the_same_answer(string input)
    {
        var first = Conversation.Dump(await Conversation.RunAsync(input));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(first, Conversation.Dump(await Conversation.RunAsync(input)));
        }
    }

    [Fact]
    public async Task The_context_of_twenty_thousand_words_is_bounded()
    {
        var round = await Conversation.RunAsync(Texts.Article(20_000));
        Assert.All(round.Results.Values, result => Assert.InRange((result.Operations ?? []).Count, 0, PhaseModel.MaxOperations));
        Assert.InRange(round.Operations.Sum(operation => operation.Data?.Length ?? 0), 1, 64 * 1024);
        Assert.InRange(round.Answer.Length, 300, 8_000);
    }

    [Theory]
    [InlineData(' ', "In short:\n\nx\n")]
    [InlineData('a', "In short:\n\nxaaaa")]
    [InlineData('。', "In short:\n\n")]
    [InlineData('?', "You ask:\n\n- x????")]
    public async Task A_mebibyte_of_one_character_gets_a_bounded_answer_that_quotes_it(char filler, string begin)
    {
        var round = await Conversation.RunAsync("x" + new string(filler, (1 << 20) - 1));
        Assert.StartsWith(begin, round.Answer, StringComparison.Ordinal);
        Assert.InRange(round.Answer.Length, begin.Length, 8_000);
        Assert.InRange(round.Operations.Sum(operation => operation.Data?.Length ?? 0), 1, 64 * 1024);
    }

    [Fact]
    public async Task Each_phase_has_only_its_own_operations()
    {
        var known = new EarlierCycle(Thread, Cycle, 0.5, Texts.Photosynthesis);
        var round = await Conversation.RunAsync($"{Texts.Photosynthesis}\n{Texts.Glaciers}", [known]);
        Assert.Equal([ContextOperationKind.Add], Kinds(Phase.Action));
        Assert.Equal([ContextOperationKind.Prioritize], Kinds(Phase.Intention));
        Assert.Equal([ContextOperationKind.Tag, ContextOperationKind.Link], Kinds(Phase.Observation));
        Assert.Empty(Kinds(Phase.Yield));

        IEnumerable<ContextOperationKind> Kinds(Phase phase) =>
            round.Results[phase].Operations!.Select(operation => operation.Operation).Distinct().Order();
    }

    [Fact]
    public async Task Of_two_equal_sources_the_older_is_cited()
    {
        var older = new EarlierCycle(Thread, "01890000-0000-7000-8000-00000000000a", 0.3, Texts.Photosynthesis);
        var newer = new EarlierCycle(Thread, "01890000-0000-7000-8000-00000000000b", 0.9, Texts.Photosynthesis);
        var round = await Conversation.RunAsync("How do green plants make use of sunlight?", [newer, older]);
        Assert.Equal([older.CycleId], round.Sources.Select(source => source.CycleId));
    }
}
