using Choir.Actors;
using Choir.Storage;
using Choir.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Choir.Tests.Integration.Storage;

public sealed class DeadLetterStoreTests(PostgresFixture postgres) : IAsyncLifetime
{
    private DatabaseFixture _database = null!;
    private PostgresDeadLetterStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = new DatabaseFixture(postgres);
        await _database.InitializeAsync();
        _store = new PostgresDeadLetterStore(
            _database.DataSource,
            Options.Create(new StorageOptions { MaxDeadLetters = 150 }),
            NullLogger<PostgresDeadLetterStore>.Instance);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_letter_is_read_as_it_was_stored_even_with_invalid_data()
    {
        var letter = Letter(1) with { Detail = "bad \0 byte, half a pair \ud800" };
        await _store.AddAsync(letter, Token);
        await _store.AddAsync(letter, Token);

        var stored = await _store.GetAsync(letter.Id, Token);

        Assert.NotNull(stored);
        Assert.Null(stored.ReplayedAt);
        Assert.Equal("bad \u2400 byte, half a pair \ufffd", stored.Letter.Detail);
        Assert.Equal((letter.Target, letter.Reason, letter.At), (stored.Letter.Target, stored.Letter.Reason, stored.Letter.At));
        var (sent, kept) = (letter.Message, stored.Letter.Message);
        Assert.Equal(sent.Data, kept.Data);
        Assert.Equal(
            (sent.Id, sent.Type, sent.Sender, sent.CorrelationId, sent.CausationId, sent.SentAtTicks, sent.ExpectsReply),
            (kept.Id, kept.Type, kept.Sender, kept.CorrelationId, kept.CausationId, kept.SentAtTicks, kept.ExpectsReply));
        Assert.Equal(sent.TraceContext.TraceId, kept.TraceContext.TraceId);
        Assert.Null(await _store.GetAsync(Guid.NewGuid(), Token));
    }

    [Fact]
    public async Task Of_concurrent_replays_of_a_letter_one_may_send_it()
    {
        var letter = Letter(1);
        await _store.AddAsync(letter, Token);

        var marked = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _store.MarkReplayedAsync(letter.Id, Token)));

        Assert.Single(marked, true);
        Assert.NotNull((await _store.GetAsync(letter.Id, Token))!.ReplayedAt);
        Assert.False(await _store.MarkReplayedAsync(Guid.NewGuid(), Token));
    }

    [Fact]
    public async Task Letters_are_paged_newest_first_and_the_oldest_are_removed()
    {
        var letters = Enumerable.Range(0, 200).Select(Letter).ToList();
        foreach (var letter in letters)
        {
            await _store.AddAsync(letter, Token);
        }

        Assert.Equal(150L, await _database.ScalarAsync("SELECT count(*) FROM dead_letters"));
        var page = await _store.ListAsync(null, 3, Token);
        Assert.Equal(letters.TakeLast(3).Reverse().Select(letter => letter.Id), page.Select(stored => stored.Letter.Id));
        var next = await _store.ListAsync(page[^1].Letter.Id, 200, Token);
        Assert.Equal(147, next.Count);
        Assert.Equal(letters[50].Id, next[^1].Letter.Id);
    }

    private static DeadLetter Letter(int second)
    {
        var at = DateTimeOffset.UnixEpoch.AddSeconds(second);
        return new DeadLetter(
            Guid.CreateVersion7(at),
            new ActorAddress("counter", "a/b c"),
            new ActorMessage
            {
                Id = Guid.CreateVersion7(at),
                Type = "INCREMENT",
                Data = [0x7B, 0x00, 0xFF],
                Sender = new ActorAddress("other", "1"),
                CorrelationId = Guid.NewGuid(),
                CausationId = Guid.NewGuid(),
                TraceContext = TraceContext.Parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
                SentAtTicks = at.UtcTicks,
                SentTimestamp = 1,
                SenderProcess = 2,
                ExpectsReply = true,
            },
            DeadLetterReasons.InvalidData,
            "no JSON",
            at);
    }
}
