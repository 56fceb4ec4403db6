using System.Diagnostics.Metrics;
using System.Text.Json;
using Choir.Storage;
using Choir.Storage.Telemetry;
using Choir.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace Choir.Tests.Integration.Storage;

/// <summary>The requirements of Orleans for a storage provider, and those of Choir.</summary>
public sealed class PostgresGrainStorageTests(DatabaseFixture database) : PostgresGrainStorageTestBase(database)
{
    [Fact]
    public async Task State_that_was_never_written_reads_as_none()
    {
        var read = new GrainState<Counted>(new Counted(9)) { ETag = "7", RecordExists = true };

        await Storage.ReadStateAsync("state", NewId(), read);

        Assert.False(read.RecordExists);
        Assert.Null(read.ETag);
        Assert.NotNull(read.State);
        Assert.Equal(0, read.State!.Value);
    }

    [Theory]
    [InlineData("Привет, мир")]
    [InlineData("水は命です 🌍 \"quoted\" \\ back")]
    [InlineData("$1 'single' {json: true} \u0001")]
    public async Task A_written_state_is_read_unchanged(string note)
    {
        var id = NewId();
        var written = new GrainState<Counted>(new Counted(1, note, ["a", "b"]));
        await Storage.WriteStateAsync("state", id, written);

        var read = await ReadAsync(id);

        Assert.Equal(JsonSerializer.Serialize(written.State), JsonSerializer.Serialize(read.State));
        Assert.Equal(written.ETag, read.ETag);
        Assert.True(read.RecordExists && written.RecordExists);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("with/slash+and=signs%20 and spaces")]
    [InlineData("ключ-鍵-🔑")]
    public async Task Any_text_can_be_a_key(string key)
    {
        var id = GrainId.Create("counter", key + Guid.NewGuid());
        await Storage.WriteStateAsync("state", id, new GrainState<Counted>(new Counted(3)));

        Assert.Equal(3, (await ReadAsync(id)).State!.Value);
    }

    [Fact]
    public async Task Integer_keys_are_stored_in_the_format_of_Orleans()
    {
        var id = GrainId.Create(GrainType.Create("counter"), GrainIdKeyExtensions.CreateIntegerKey(Random.Shared.NextInt64()));
        await Storage.WriteStateAsync("state", id, new GrainState<Counted>(new Counted(4)));

        Assert.Equal(4, (await ReadAsync(id)).State!.Value);
        Assert.Equal(1L, await Database.ScalarAsync($"SELECT count(*) FROM actor_state WHERE actor_id = '{id.Key}'"));
    }

    [Fact]
    public async Task Every_write_changes_the_ETag_even_one_of_the_same_values()
    {
        var state = new GrainState<Counted>(new Counted(1));
        var id = NewId();
        var seen = new HashSet<string?>();
        for (var i = 0; i < 3; i++)
        {
            await Storage.WriteStateAsync("state", id, state);
            Assert.True(seen.Add(state.ETag));
        }

        Assert.DoesNotContain(null, seen);
    }

    [Fact]
    public async Task A_write_without_an_ETag_over_a_stored_state_is_refused()
    {
        var id = NewId();
        await Storage.WriteStateAsync("state", id, new GrainState<Counted>(new Counted(1)));

        var conflict = await Assert.ThrowsAsync<InconsistentStateException>(() =>
            Storage.WriteStateAsync("state", id, new GrainState<Counted>(new Counted(2))));

        Assert.Equal("1", conflict.StoredEtag);
        Assert.Null(conflict.CurrentEtag);
        Assert.Equal(1, (await ReadAsync(id)).State!.Value);
    }

    [Fact]
    public async Task A_write_with_an_old_ETag_is_refused_with_both_ETags()
    {
        var id = NewId();
        var state = new GrainState<Counted>(new Counted(1));
        await Storage.WriteStateAsync("state", id, state);
        var stale = new GrainState<Counted>(new Counted(99)) { ETag = state.ETag, RecordExists = true };
        state.State = new Counted(2);
        await Storage.WriteStateAsync("state", id, state);

        var conflict = await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync("state", id, stale));

        Assert.Equal(state.ETag, conflict.StoredEtag);
        Assert.Equal(stale.ETag, conflict.CurrentEtag);
        Assert.Equal(2, (await ReadAsync(id)).State!.Value);
    }

    [Fact]
    public async Task A_write_with_an_unknown_ETag_is_refused()
    {
        var state = new GrainState<Counted>(new Counted(1)) { ETag = "not-a-version", RecordExists = true };

        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync("state", NewId(), state));
    }

    [Fact]
    public async Task A_cleared_state_is_empty_and_can_be_written_again()
    {
        var id = NewId();
        var state = new GrainState<Counted>(new Counted(1, "first"));
        await Storage.WriteStateAsync("state", id, state);
        var first = state.ETag;

        await Storage.ClearStateAsync("state", id, state);
        Assert.False(state.RecordExists);
        Assert.NotEqual(first, state.ETag);
        Assert.Equal(0, state.State!.Value);
        var read = await ReadAsync(id);
        Assert.False(read.RecordExists);
        Assert.Equal(0, read.State!.Value);

        state.State = new Counted(2, "second");
        await Storage.WriteStateAsync("state", id, state);
        Assert.Equal("second", (await ReadAsync(id)).State!.Note);
        Assert.True(state.RecordExists);
    }

    [Fact]
    public async Task Clearing_an_empty_or_cleared_state_has_no_effect()
    {
        var id = NewId();
        var state = new GrainState<Counted>(new Counted(1));
        await Storage.ClearStateAsync("state", id, state);
        Assert.False(state.RecordExists);
        Assert.NotNull(state.State);

        await Storage.WriteStateAsync("state", id, state);
        await Storage.ClearStateAsync("state", id, state);
        await Storage.ClearStateAsync("state", id, state);
        Assert.False(state.RecordExists);
    }

    [Fact]
    public async Task Clearing_with_an_old_ETag_is_refused()
    {
        var id = NewId();
        var state = new GrainState<Counted>(new Counted(1));
        await Storage.WriteStateAsync("state", id, state);
        var stale = new GrainState<Counted>(new Counted()) { ETag = state.ETag, RecordExists = true };
        await Storage.WriteStateAsync("state", id, state);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.ClearStateAsync("state", id, stale));

        Assert.True((await ReadAsync(id)).RecordExists);
    }

    [Fact]
    public async Task A_write_with_an_ETag_from_before_a_clear_is_refused()
    {
        var id = NewId();
        var state = new GrainState<Counted>(new Counted(1));
        await Storage.WriteStateAsync("state", id, state);
        var old = new GrainState<Counted>(new Counted(99)) { ETag = state.ETag, RecordExists = true };
        await Storage.ClearStateAsync("state", id, state);
        await Storage.WriteStateAsync("state", id, state);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync("state", id, old));
    }

    [Fact]
    public async Task States_with_different_names_are_independent()
    {
        var id = NewId();
        await Storage.WriteStateAsync("first", id, new GrainState<Counted>(new Counted(1)));
        await Storage.WriteStateAsync("second", id, new GrainState<Counted>(new Counted(2)));

        Assert.Equal(1, (await ReadAsync(id, "first")).State!.Value);
        Assert.Equal(2, (await ReadAsync(id, "second")).State!.Value);
    }

    [Fact]
    public async Task Of_concurrent_writes_with_the_same_ETag_one_succeeds()
    {
        var id = NewId();
        await Storage.WriteStateAsync("state", id, new GrainState<Counted>(new Counted(0)));
        for (var round = 1; round <= 5; round++)
        {
            var seen = await ReadAsync(id);
            var won = await Task.WhenAll(Enumerable.Range(0, 16).Select(async writer =>
            {
                var mine = new GrainState<Counted>(new Counted(writer)) { ETag = seen.ETag, RecordExists = true };
                try
                {
                    await Storage.WriteStateAsync("state", id, mine);
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
    public async Task Many_actors_write_and_read_concurrently()
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
                    await Storage.WriteStateAsync("state", id, state);
                    Assert.Equal(i * k, (await ReadAsync(id)).State!.Value);
                }
            });
    }

    [Fact]
    public async Task A_state_of_ten_megabytes_is_stored_completely()
    {
        var id = NewId();
        var note = string.Concat(Enumerable.Range(0, 1_000_000).Select(i => $"{i:D10}"));
        await Storage.WriteStateAsync("state", id, new GrainState<Counted>(new Counted(1, note)));

        Assert.Equal(note, (await ReadAsync(id)).State!.Note);
        Assert.True(await Database.ScalarAsync($"SELECT size_bytes FROM actor_state WHERE actor_id = '{id.Key}'") is > 10_000_000);
    }

    [Fact]
    public async Task State_is_readable_with_plain_SQL()
    {
        var id = NewId();
        await Storage.WriteStateAsync("state", id, new GrainState<Counted>(new Counted(42, "readable")));

        Assert.Equal("readable", await Database.ScalarAsync(
            $"SELECT state->>'note' FROM actor_state WHERE actor_type = 'counter' AND actor_id = '{id.Key}' AND version = 1"));
    }

    [Fact]
    public async Task A_state_is_read_although_the_database_has_ended_the_idle_connections()
    {
        const string Name = "storage-that-reads";
        await using var pool = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(Database.ConnectionString) { ApplicationName = Name }.ConnectionString);
        var storage = ActivatorUtilities.CreateInstance<PostgresGrainStorage>(Services, pool);
        var id = NewId();
        await storage.WriteStateAsync("state", id, new GrainState<Counted>(new Counted(7)));
        Assert.Equal(1L, await Database.ScalarAsync(
            $"SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE application_name = '{Name}'"));

        var read = new GrainState<Counted>();
        await storage.ReadStateAsync("state", id, read);

        Assert.Equal(7, read.State!.Value);
    }
}
