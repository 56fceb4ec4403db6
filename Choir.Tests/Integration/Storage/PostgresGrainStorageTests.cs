using System.Text.Json;
using Choir.Storage;
using Choir.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Choir.Tests.Integration.Storage;

/// <summary>What Orleans asks of every storage provider, and what Choir asks beyond it.</summary>
public sealed class PostgresGrainStorageTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private readonly PostgresGrainStorage _storage = new(
        database.DataSource,
        new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<IActivatorProvider>());

    public sealed record Counted(int Value = 0, string Note = "", IReadOnlyList<string>? Items = null);

    [Fact]
    public async Task State_that_was_never_written_reads_as_none()
    {
        var read = new GrainState<Counted>(new Counted(9)) { ETag = "7", RecordExists = true };

        await _storage.ReadStateAsync("state", NewId(), read);

        Assert.False(read.RecordExists);
        Assert.Null(read.ETag);
        Assert.NotNull(read.State);
        Assert.Equal(0, read.State!.Value);
    }

    [Theory]
    [InlineData("Привет, мир")]
    [InlineData("水は命です 🌍 \"quoted\" \\ back")]
    [InlineData("$1 'single' {json: true} \u0001")]
    public async Task What_was_written_is_read(string note)
    {
        var id = NewId();
        var written = new GrainState<Counted>(new Counted(1, note, ["a", "b"]));
        await _storage.WriteStateAsync("state", id, written);

        var read = await ReadAsync(id);

        Assert.Equal(JsonSerializer.Serialize(written.State), JsonSerializer.Serialize(read.State));
        Assert.Equal(written.ETag, read.ETag);
        Assert.True(read.RecordExists && written.RecordExists);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("with/slash+and=signs%20 and spaces")]
    [InlineData("ключ-鍵-🔑")]
    public async Task Any_key_is_an_id(string key)
    {
        var id = GrainId.Create("counter", key + Guid.NewGuid());
        await _storage.WriteStateAsync("state", id, new GrainState<Counted>(new Counted(3)));

        Assert.Equal(3, (await ReadAsync(id)).State!.Value);
    }

    [Fact]
    public async Task Integer_keys_are_kept_as_Orleans_writes_them()
    {
        var id = GrainId.Create(GrainType.Create("counter"), GrainIdKeyExtensions.CreateIntegerKey(Random.Shared.NextInt64()));
        await _storage.WriteStateAsync("state", id, new GrainState<Counted>(new Counted(4)));

        Assert.Equal(4, (await ReadAsync(id)).State!.Value);
        Assert.Equal(1L, await database.ScalarAsync($"SELECT count(*) FROM actor_state WHERE actor_id = '{id.Key}'"));
    }

    [Fact]
    public async Task Every_write_changes_the_ETag_even_one_of_the_same_values()
    {
        var state = new GrainState<Counted>(new Counted(1));
        var id = NewId();
        var seen = new HashSet<string?>();
        for (var i = 0; i < 3; i++)
        {
            await _storage.WriteStateAsync("state", id, state);
            Assert.True(seen.Add(state.ETag));
        }

        Assert.DoesNotContain(null, seen);
    }

    [Fact]
    public async Task A_second_activation_that_writes_as_if_it_were_the_first_is_refused()
    {
        var id = NewId();
        await _storage.WriteStateAsync("state", id, new GrainState<Counted>(new Counted(1)));

        var conflict = await Assert.ThrowsAsync<InconsistentStateException>(() =>
            _storage.WriteStateAsync("state", id, new GrainState<Counted>(new Counted(2))));

        Assert.Equal("1", conflict.StoredEtag);
        Assert.Null(conflict.CurrentEtag);
        Assert.Equal(1, (await ReadAsync(id)).State!.Value);
    }

    [Fact]
    public async Task A_stale_writer_is_refused_and_told_both_ETags()
    {
        var id = NewId();
        var state = new GrainState<Counted>(new Counted(1));
        await _storage.WriteStateAsync("state", id, state);
        var stale = new GrainState<Counted>(new Counted(99)) { ETag = state.ETag, RecordExists = true };
        state.State = new Counted(2);
        await _storage.WriteStateAsync("state", id, state);

        var conflict = await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.WriteStateAsync("state", id, stale));

        Assert.Equal(state.ETag, conflict.StoredEtag);
        Assert.Equal(stale.ETag, conflict.CurrentEtag);
        Assert.Equal(2, (await ReadAsync(id)).State!.Value);
    }

    [Fact]
    public async Task A_write_with_an_ETag_of_nobody_is_refused()
    {
        var state = new GrainState<Counted>(new Counted(1)) { ETag = "not-a-version", RecordExists = true };

        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.WriteStateAsync("state", NewId(), state));
    }

    [Fact]
    public async Task Cleared_state_is_gone_and_can_be_written_again()
    {
        var id = NewId();
        var state = new GrainState<Counted>(new Counted(1, "first"));
        await _storage.WriteStateAsync("state", id, state);
        var first = state.ETag;

        await _storage.ClearStateAsync("state", id, state);
        Assert.False(state.RecordExists);
        Assert.NotEqual(first, state.ETag);
        Assert.Equal(0, state.State!.Value);
        var read = await ReadAsync(id);
        Assert.False(read.RecordExists);
        Assert.Equal(0, read.State!.Value);

        state.State = new Counted(2, "second");
        await _storage.WriteStateAsync("state", id, state);
        Assert.Equal("second", (await ReadAsync(id)).State!.Note);
        Assert.True(state.RecordExists);
    }

    [Fact]
    public async Task Clearing_twice_is_as_good_as_once_and_clearing_nothing_is_no_error()
    {
        var id = NewId();
        var state = new GrainState<Counted>(new Counted(1));
        await _storage.ClearStateAsync("state", id, state);
        Assert.False(state.RecordExists);
        Assert.NotNull(state.State);

        await _storage.WriteStateAsync("state", id, state);
        await _storage.ClearStateAsync("state", id, state);
        await _storage.ClearStateAsync("state", id, state);
        Assert.False(state.RecordExists);
    }

    [Fact]
    public async Task A_stale_clear_is_refused()
    {
        var id = NewId();
        var state = new GrainState<Counted>(new Counted(1));
        await _storage.WriteStateAsync("state", id, state);
        var stale = new GrainState<Counted>(new Counted()) { ETag = state.ETag, RecordExists = true };
        await _storage.WriteStateAsync("state", id, state);

        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.ClearStateAsync("state", id, stale));

        Assert.True((await ReadAsync(id)).RecordExists);
    }

    [Fact]
    public async Task A_writer_from_before_a_clear_is_refused_after_it()
    {
        var id = NewId();
        var state = new GrainState<Counted>(new Counted(1));
        await _storage.WriteStateAsync("state", id, state);
        var old = new GrainState<Counted>(new Counted(99)) { ETag = state.ETag, RecordExists = true };
        await _storage.ClearStateAsync("state", id, state);
        await _storage.WriteStateAsync("state", id, state);

        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.WriteStateAsync("state", id, old));
    }

    [Fact]
    public async Task State_names_are_records_of_their_own()
    {
        var id = NewId();
        await _storage.WriteStateAsync("first", id, new GrainState<Counted>(new Counted(1)));
        await _storage.WriteStateAsync("second", id, new GrainState<Counted>(new Counted(2)));

        Assert.Equal(1, (await ReadAsync(id, "first")).State!.Value);
        Assert.Equal(2, (await ReadAsync(id, "second")).State!.Value);
    }

    [Fact]
    public async Task Of_many_concurrent_writers_each_round_has_one_winner()
    {
        var id = NewId();
        await _storage.WriteStateAsync("state", id, new GrainState<Counted>(new Counted(0)));
        for (var round = 1; round <= 5; round++)
        {
            var seen = await ReadAsync(id);
            var won = await Task.WhenAll(Enumerable.Range(0, 16).Select(async writer =>
            {
                var mine = new GrainState<Counted>(new Counted(writer)) { ETag = seen.ETag, RecordExists = true };
                try
                {
                    await _storage.WriteStateAsync("state", id, mine);
                    return true;
                }
                catch (InconsistentStateException)
                {
                    return false;
                }
            }));
            Assert.Single(won, true);
        }

        Assert.Equal("6", (await ReadAsync(id)).ETag);
    }

    [Fact]
    public async Task Many_actors_write_and_read_at_once()
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 100),
            new ParallelOptions { MaxDegreeOfParallelism = 12, CancellationToken = TestContext.Current.CancellationToken },
            async (i, _) =>
            {
                var id = NewId();
                var state = new GrainState<Counted>();
                for (var k = 0; k < 10; k++)
                {
                    state.State = new Counted(i * k);
                    await _storage.WriteStateAsync("state", id, state);
                    Assert.Equal(i * k, (await ReadAsync(id)).State!.Value);
                }
            });
    }

    [Fact]
    public async Task Ten_megabytes_of_state_are_kept_whole()
    {
        var id = NewId();
        var note = string.Concat(Enumerable.Range(0, 1_000_000).Select(i => $"{i:D10}"));
        await _storage.WriteStateAsync("state", id, new GrainState<Counted>(new Counted(1, note)));

        Assert.Equal(note, (await ReadAsync(id)).State!.Note);
        Assert.True(await database.ScalarAsync($"SELECT size_bytes FROM actor_state WHERE actor_id = '{id.Key}'") is > 10_000_000);
    }

    [Fact]
    public async Task State_is_readable_with_plain_SQL()
    {
        var id = NewId();
        await _storage.WriteStateAsync("state", id, new GrainState<Counted>(new Counted(42, "readable")));

        Assert.Equal("readable", await database.ScalarAsync(
            $"SELECT state->>'note' FROM actor_state WHERE actor_type = 'counter' AND actor_id = '{id.Key}' AND version = 1"));
    }

    [Fact]
    public async Task The_null_character_is_refused_with_a_clear_error_and_the_old_state_stays()
    {
        var id = NewId();
        var state = new GrainState<Counted>(new Counted(1, "good"));
        await _storage.WriteStateAsync("state", id, state);
        state.State = new Counted(2, "bad\0");

        var error = await Assert.ThrowsAsync<UnstorableStateException>(() => _storage.WriteStateAsync("state", id, state));

        Assert.Contains("U+0000", error.Message, StringComparison.Ordinal);
        Assert.Equal("good", (await ReadAsync(id)).State!.Note);
    }

    private static GrainId NewId() => GrainId.Create("counter", Guid.NewGuid().ToString());

    private async Task<GrainState<Counted>> ReadAsync(GrainId id, string name = "state")
    {
        var read = new GrainState<Counted>();
        await _storage.ReadStateAsync(name, id, read);
        return read;
    }
}
