using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Choir.Tests.Unit.Observability;

/// <summary>Keys are shown, and looked up, as the application writes them.</summary>
public sealed class GrainKeyTests
{
    private const string Text = "0f8fad5b-d9cb-469f-a165-70867728950e";

    private static readonly Guid Document = new(Text);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_grain_of_each_kind_of_key_is_found_under_the_key_of_the_application_and_under_no_other()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var (client, inspection) = (cluster.Client, cluster.Of<IActorInspection>());
        var gate = $"{Guid.NewGuid()}";
        Gates.Open(gate);
        await client.GetGrain<INumbered>(22).AskAsync(Document, gate);
        await client.GetGrain<INumbered>(-255).AskAsync(Document, gate);
        await client.GetGrain<INumberedPart>(22, "a+b").TouchAsync();
        await client.GetGrain<IDocumentPart>(Document, "page 1").TouchAsync();
        await client.GetGrain<ICrate<int>>(255).KeepAsync(1);
        await client.GetGrain<IShelf>("16").PutAsync(1);

        Assert.Equal(["-255", "22"], await IdsAsync("numbered"));
        Assert.Equal([Text], await IdsAsync("document"));
        Assert.Equal(["22+a+b"], await IdsAsync("numbered_part"));
        Assert.Equal([Text + "+page 1"], await IdsAsync("document_part"));
        Assert.Equal(["255"], await IdsAsync("crate`1[[int]]"));
        Assert.Equal(["16"], await IdsAsync("shelf"));

        var found = await inspection.ActorAsync(new ActorAddress("numbered", "22"), Token);
        Assert.NotNull(found.Live);
        Assert.Equal("INumbered.AskAsync", Assert.Single(found.Messages).MessageType);
        var other = await inspection.ActorAsync(new ActorAddress("numbered", "16"), Token);
        Assert.Null(other.Live);
        Assert.Empty(other.Messages);

        async Task<IReadOnlyList<string>> IdsAsync(string type) => (await inspection.IdsAsync(type, "", 10, Token)).Ids;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Silos_that_lack_each_others_classes_name_the_grains_of_a_wait_alike(bool observeCallers)
    {
        var started = 0;
        await using var cluster = await GrainCluster.StartAsync(
            options => (options.ObserveCallers, options.SlowAfter) = (observeCallers, TimeSpan.FromMilliseconds(100)),
            silo =>
            {
                var lacking = Interlocked.Increment(ref started) == 1 ? typeof(NumberedGrain) : typeof(DocumentGrain);
                silo.Configure<GrainTypeOptions>(options => options.Classes.Remove(lacking));
            },
            silos: 2);
        var gate = $"{Guid.NewGuid()}";
        using var gates = new OpenGates(gate);
        var asked = cluster.Client.GetGrain<INumbered>(22).AskAsync(Document, gate);
        var inspection = cluster.Of<IActorInspection>();
        var stuck = await Eventually.GivesAsync("two stuck calls", async () =>
            await inspection.StuckAsync(Token) is { Handlers.Count: 2 } view ? view : null);

        Assert.Equal(2, stuck.Handlers.Select(one => one.Host).Distinct().Count());
        Assert.Equal(
            [("document", Text, "slow"), ("numbered", "22", "blocked")],
            stuck.Handlers.Select(one => (one.ActorType, one.ActorId, one.Reason)).Order());
        Assert.All(stuck.Waits, wait => Assert.Equal(("22", Text), (wait.ActorId, wait.For.ActorId)));
        Assert.Equal(["numbered/22", $"document/{Text}"], Assert.Single(stuck.Chains).Path);
        Gates.Open(gate);
        await asked;
    }

    [Fact]
    public async Task The_reminders_of_a_grain_with_an_integer_key_are_read()
    {
        await using var cluster = await GrainCluster.StartAsync(configureSilo: silo => silo.UseInMemoryReminderService());
        await cluster.Client.GetGrain<INumbered>(22).RemindAsync("bill");
        var inspection = cluster.Of<IActorInspection>();
        var view = await inspection.RemindersAsync(new ActorAddress("numbered", "22"), Token);
        Assert.Null(view.Problem);
        Assert.Equal("bill", Assert.Single(view.Reminders).Name);
        Assert.Empty((await inspection.RemindersAsync(new ActorAddress("numbered", "16"), Token)).Reminders);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(22, "22")]
    [InlineData(-255, "-255")]
    [InlineData(long.MinValue, "-9223372036854775808")]
    [InlineData(long.MaxValue, "9223372036854775807")]
    public void Integers_are_decimal_with_an_extension_and_without(long key, string shown)
    {
        AssertShown("numbered", typeof(NumberedGrain), GrainIdKeyExtensions.CreateIntegerKey(key), shown);
        AssertShown("numbered_part", typeof(NumberedPartGrain), GrainIdKeyExtensions.CreateIntegerKey(key, "16"), shown + "+16");
        AssertShown("numbered_part", typeof(NumberedPartGrain), GrainIdKeyExtensions.CreateIntegerKey(key, "é+-1"), shown + "+é+-1");
    }

    [Fact]
    public void Guids_have_dashes_with_an_extension_and_without()
    {
        AssertShown("document", typeof(DocumentGrain), GrainIdKeyExtensions.CreateGuidKey(Document), Text);
        AssertShown("document_part", typeof(DocumentPartGrain), GrainIdKeyExtensions.CreateGuidKey(Document, "16"), Text + "+16");
        AssertShown("document_part", typeof(DocumentPartGrain), GrainIdKeyExtensions.CreateGuidKey(Document, "é+-1"), Text + "+é+-1");
    }

    [Theory]
    [InlineData("16")]
    [InlineData("FFFFFFFFFFFFFF01")]
    [InlineData("0f8fad5bd9cb469fa16570867728950e")]
    [InlineData("16+a")]
    [InlineData("+")]
    public void Strings_stay_as_they_are(string key) => AssertShown("shelf", typeof(ShelfGrain), IdSpan.Create(key), key);

    [Theory]
    [InlineData("numbered", typeof(NumberedGrain), "016")]
    [InlineData("numbered", typeof(NumberedGrain), "ff")]
    [InlineData("numbered", typeof(NumberedGrain), "1FFFFFFFFFFFFFFFF")]
    [InlineData("numbered", typeof(NumberedGrain), "x")]
    [InlineData("numbered", typeof(NumberedGrain), "16+")]
    [InlineData("document", typeof(DocumentGrain), "0F8FAD5BD9CB469FA16570867728950E")]
    [InlineData("document", typeof(DocumentGrain), "16")]
    [InlineData("ambiguous", typeof(AmbiguousGrain), "16")]
    public void A_text_that_Orleans_does_not_write_for_that_kind_of_key_stays_as_it_is(string type, Type grain, string key) =>
        AssertShown(type, grain, IdSpan.Create(key), key);

    [Theory]
    [InlineData("007")]
    [InlineData("+7")]
    [InlineData("16+")]
    [InlineData("99999999999999999999")]
    public void Another_spelling_of_an_integer_names_no_grain_with_that_integer(string shown)
    {
        var keys = Declared("numbered", typeof(NumberedGrain));
        Assert.Equal(GrainId.Create("numbered", shown), keys.IdOf(new ActorAddress("numbered", shown)));
    }

    [Theory]
    [InlineData("0F8FAD5B-D9CB-469F-A165-70867728950E")]
    [InlineData("0f8fad5bd9cb469fa16570867728950e")]
    [InlineData("0F8FAD5BD9CB469FA16570867728950E")]
    [InlineData("{0f8fad5b-d9cb-469f-a165-70867728950e}")]
    public async Task A_grain_is_found_under_its_Guid_however_that_is_written(string written)
    {
        await using var cluster = await GrainCluster.StartAsync(configureSilo: silo => silo.UseInMemoryReminderService());
        var gate = $"{Guid.NewGuid()}";
        Gates.Open(gate);
        await cluster.Client.GetGrain<IDocument>(Document).WaitAsync(gate);
        await cluster.Client.GetGrain<IDocumentPart>(Document, "Page+1").TouchAsync();
        await cluster.Client.GetGrain<IShelf>(Text).PutAsync(1);
        foreach (var inspection in new[] { cluster.Of<IActorInspection>(), cluster.Client.ServiceProvider.GetRequiredService<IActorInspection>() })
        {
            var found = await inspection.ActorAsync(new ActorAddress("document", written), Token);
            Assert.NotNull(found.Live);
            Assert.Equal((Text, 1), (found.Id, found.Messages.Count));
            Assert.Single((await inspection.MessagesAsync(new MessageFilter("document", written), Token)).Messages);
            Assert.NotNull((await inspection.ActorAsync(new ActorAddress("document_part", $"{written}+Page+1"), Token)).Live);
            Assert.Null((await inspection.ActorAsync(new ActorAddress("document_part", $"{written}+page+1"), Token)).Live);
            await inspection.SetDiagnosticsAsync("document", written, LogLevel.Debug, null, TimeSpan.FromMinutes(1), Token);
            Assert.Equal(Text, Assert.Single((await inspection.DiagnosticsAsync("document", written, Token)).Overrides).Id);
            await inspection.EndDiagnosticsAsync("document", written, Token);
            Assert.Empty((await inspection.DiagnosticsAsync("document", written, Token)).Overrides);
            Assert.Null((await inspection.RemindersAsync(new ActorAddress("document", written), Token)).Problem);

            // A string is one grain in each spelling.
            Assert.Null((await inspection.ActorAsync(new ActorAddress("shelf", written), Token)).Live);
        }
    }

    [Fact]
    public void A_generic_type_has_the_keys_of_its_class()
    {
        var keys = Declared("crate`1", typeof(CrateGrain<>));
        Assert.Equal("255", keys.KeyOf(GrainId.Create(GrainType.Create("crate`1[[int]]"), GrainIdKeyExtensions.CreateIntegerKey(255))));
    }

    [Fact]
    public void Long_keys_are_cut()
    {
        var key = GrainIdKeyExtensions.CreateIntegerKey(22, new string('x', 1_000));
        var shown = Declared("numbered_part", typeof(NumberedPartGrain)).KeyOf(GrainId.Create(GrainType.Create("numbered_part"), key));
        Assert.Equal($"22+{new string('x', GrainNames.MaxLength - 3)}…", shown);
    }

    private static void AssertShown(string type, Type grain, IdSpan key, string shown)
    {
        var keys = Declared(type, grain);
        var id = GrainId.Create(GrainType.Create(type), key);
        Assert.Equal(ActorAddress.OfStored(type, shown), keys.AddressOf(id));
        Assert.Equal(id, keys.IdOf(ActorAddress.OfStored(type, shown)));
    }

    private static GrainKeys Declared(string type, Type grain)
    {
        // Without services: what is declared is not looked up in the cluster.
        var keys = new GrainKeys(new ServiceCollection().BuildServiceProvider());
        keys.Declare(grain, GrainType.Create(type), []);
        return keys;
    }
}
