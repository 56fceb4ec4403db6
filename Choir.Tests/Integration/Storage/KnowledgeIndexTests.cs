using System.Diagnostics;
using Choir.Storage;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.Storage;

public sealed class KnowledgeIndexTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly string _thread = ThreadIds.New(TimeProvider.System);
    private DatabaseFixture _database = null!;
    private KnowledgeIndex _index = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // A database for each test, because results depend on everything in the index.
    public async ValueTask InitializeAsync()
    {
        _database = new DatabaseFixture(postgres);
        await _database.InitializeAsync();
        _index = new KnowledgeIndex(_database.DataSource);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static readonly Dictionary<string, string> Subjects = new()
    {
        ["photosynthesis"] =
            "Photosynthesis is the process by which green plants, algae and some bacteria turn sunlight into chemical energy. " +
            "In the chloroplasts, chlorophyll absorbs light, water is split, oxygen is released, and carbon dioxide from the air " +
            "is built into sugar that the plant stores.",
        ["bread"] =
            "Sourdough bread rises because wild yeast and lactic bacteria ferment the flour. The baker kneads the dough, lets it " +
            "rest overnight in a cool place, shapes a loaf, and bakes it in a very hot oven with steam.",
        ["volcano"] =
            "A volcano erupts when magma from the mantle rises through the crust and the gases dissolved in it expand. Lava " +
            "flows, ash and pyroclastic clouds may bury the slopes around the crater.",
        ["stickstoff"] =
            "Der Stickstoffkreislauf beschreibt, wie Stickstoff aus der Luft durch Bakterien im Boden gebunden wird, als Nitrat in " +
            "die Pflanzen gelangt und durch Zersetzung wieder in die Atmosphäre zurückkehrt.",
        ["光合成"] = "光合成とは、植物が太陽の光を使って、水と二酸化炭素から糖を作り、酸素を放出する仕組みです。葉緑体の中のクロロフィルが光を吸収します。",
        ["长城"] = "长城是中国古代的军事防御工程，始建于春秋战国时期，明朝修建的城墙保存最完整，全长超过两万公里。",
        ["ภูเขาไฟ"] = "ภูเขาไฟเกิดจากหินหนืดใต้เปลือกโลกที่ดันตัวขึ้นมาสู่พื้นผิวและปะทุออกมาเป็นลาวาและเถ้าถ่าน",
        ["القلب"] = "القلب عضلة تضخ الدم في الجسم كله عبر الشرايين والأوردة، وينبض حوالي مئة ألف مرة في اليوم.",
        ["фотография"] = "Фотография появилась в девятнадцатом веке, когда научились закреплять изображение на серебряных пластинках.",
    };

    [Theory]
    [InlineData("How do plants make energy from sunlight?", "photosynthesis")]
    [InlineData("What gas does a green leaf release while it is storing sugar?", "photosynthesis")]
    [InlineData("Explain photosynthesis", "photosynthesis")]
    [InlineData("How does photosynthesis work in winter?", "photosynthesis")]
    [InlineData("Why did my loaf not rise? I fermented the dough with yeast and baked it.", "bread")]
    [InlineData("Tell me about volcanoes erupting lava", "volcano")]
    [InlineData("Wie binden Bodenbakterien den Stickstoff, und wie kommt er in eine Pflanze?", "stickstoff")]
    [InlineData("植物はどうやって光から糖を作るのですか？", "光合成")]
    [InlineData("光合成について教えてください", "光合成")]
    [InlineData("明朝的长城有多长？", "长城")]
    [InlineData("ภูเขาไฟปะทุได้อย่างไร", "ภูเขาไฟ")]
    [InlineData("كيف يضخ القلب الدم؟", "القلب")]
    [InlineData("Когда появились первые фотографии на пластинках?", "фотография")]
    public async Task A_question_in_other_words_finds_the_explanation(string question, string subject)
    {
        var cycles = await IndexAllAsync();

        var hits = await _index.SearchAsync(question, cancellationToken: Token);

        Assert.NotEmpty(hits);
        Assert.Equal(ThreadIds.Format(cycles[subject]), hits[0].CycleId);
        Assert.Equal(_thread, hits[0].ThreadId);
        Assert.InRange(hits[0].Rank, 0.01, 1);
        Assert.Equal(hits.OrderByDescending(hit => hit.Rank), hits);
    }

    [Theory]
    [InlineData("What is the best opening in chess?")]
    [InlineData("Write me a poem about my grandmother's bicycle")]
    [InlineData("Wie funktioniert eine Waschmaschine?")]
    [InlineData("サッカーのルールを教えてください")]
    [InlineData("怎么学习弹钢琴？")]
    [InlineData("What is this, and how does it work?")]
    public async Task A_question_about_an_unknown_subject_finds_nothing(string question)
    {
        await IndexAllAsync();

        Assert.Empty(await _index.SearchAsync(question, cancellationToken: Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \n\t ")]
    [InlineData("?!… — «»")]
    [InlineData("🌍🔥👩‍👩‍👧‍👦")]
    [InlineData("a")]
    [InlineData("' | & ! :* \\ $$ -- ;")]
    [InlineData("\ud83d broken \udc00 surrogates")]
    [InlineData("null \0 character")]
    public async Task Unusual_texts_are_indexed_and_searched_without_an_error(string text)
    {
        await _index.AddAsync(_thread, Guid.CreateVersion7(), text, text, Token);

        Assert.NotNull(await _index.SearchAsync(text, cancellationToken: Token));
    }

    [Fact]
    public async Task A_cycle_is_indexed_once_and_can_be_excluded()
    {
        var cycle = Guid.CreateVersion7();
        for (var i = 0; i < 2; i++)
        {
            await _index.AddAsync(_thread, cycle, "What is bread?", Subjects["bread"], Token);
        }

        Assert.Equal(1L, await _database.ScalarAsync("SELECT count(*) FROM knowledge_passages"));
        Assert.Single(await _index.SearchAsync("sourdough yeast", cancellationToken: Token));
        Assert.Empty(await _index.SearchAsync("sourdough yeast", excludeCycle: cycle, cancellationToken: Token));
        Assert.Empty(await _index.SearchAsync("sourdough yeast", excludeThread: _thread, cancellationToken: Token));
    }

    [Fact]
    public async Task A_sentence_among_twenty_thousand_words_is_found()
    {
        var random = new Random(7);
        string Word() => string.Concat(Enumerable.Range(0, random.Next(3, 9)).Select(_ => (char)('a' + random.Next(26))));
        var vocabulary = Enumerable.Range(0, 3_000).Select(_ => Word()).ToArray();
        var sentences = Enumerable.Range(0, 2_000).Select(_ =>
            string.Join(' ', Enumerable.Range(0, 10).Select(_ => vocabulary[random.Next(vocabulary.Length)])) + ". ").ToList();
        sentences[1_777] = "The axolotl regenerates its limbs because its cells return to a stem state. ";
        var text = string.Concat(sentences);
        var cycle = Guid.CreateVersion7();

        var watch = Stopwatch.StartNew();
        await _index.AddAsync(_thread, cycle, text, Subjects["bread"], Token);
        var indexed = watch.Elapsed;
        var hits = await _index.SearchAsync("How can an axolotl regenerate limbs?", cancellationToken: Token);
        watch.Restart();
        var byWhole = await _index.SearchAsync(text, limit: 5, cancellationToken: Token);
        TestContext.Current.TestOutputHelper!.WriteLine($"Indexed in {indexed}, searched by the whole text in {watch.Elapsed}.");

        Assert.Contains("axolotl", hits[0].Passage, StringComparison.Ordinal);
        Assert.False(hits[0].IsAnswer);
        Assert.InRange(hits[0].Passage.Length, 1, 1_600);
        Assert.NotNull(byWhole);
    }

    [Fact]
    public async Task The_same_question_finds_the_same_passages_in_the_same_order()
    {
        for (var i = 0; i < 10; i++)
        {
            await _index.AddAsync(_thread, Guid.CreateVersion7(), "", Subjects["volcano"], Token);
        }

        var first = await _index.SearchAsync("volcano magma lava", limit: 5, cancellationToken: Token);

        Assert.Equal(5, first.Count);
        Assert.Equal(first.Select(hit => hit.CycleId).Order(StringComparer.Ordinal), first.Select(hit => hit.CycleId));
        Assert.Equal(first, await _index.SearchAsync("volcano magma lava", limit: 5, cancellationToken: Token));
    }

    [Fact]
    public async Task Only_the_beginning_of_a_text_over_the_limit_is_indexed()
    {
        var text = "Marmots whistle. " + string.Concat(Enumerable.Repeat("filler 漢字 words go here. ", 60_000)) + "Zebras gallop.";

        await _index.AddAsync(_thread, Guid.CreateVersion7(), "", text, Token);

        Assert.NotEmpty(await _index.SearchAsync("marmots whistle", cancellationToken: Token));
        Assert.Empty(await _index.SearchAsync("zebras gallop", cancellationToken: Token));
        Assert.True(await _database.ScalarAsync("SELECT sum(octet_length(text)) FROM knowledge_passages") is > 500_000L and <= 524_288L);
    }

    private async Task<Dictionary<string, Guid>> IndexAllAsync()
    {
        var cycles = new Dictionary<string, Guid>();
        foreach (var (subject, text) in Subjects)
        {
            cycles[subject] = Guid.CreateVersion7();
            await _index.AddAsync(_thread, cycles[subject], $"{subject}?", text, Token);
        }

        return cycles;
    }
}
