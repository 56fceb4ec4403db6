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

/// <summary>States that cannot be stored, and stored ones that cannot be read.</summary>
public sealed class OddStateTests(DatabaseFixture database) : PostgresGrainStorageTestBase(database)
{
    [Fact]
    public async Task A_state_with_the_null_character_is_refused_and_the_old_state_stays()
    {
        var id = NewId();
        var state = new GrainState<Counted>(new Counted(1, "good"));
        await Storage.WriteStateAsync("state", id, state);
        state.State = new Counted(2, "bad\0");

        var error = await Assert.ThrowsAsync<UnstorableStateException>(() => Storage.WriteStateAsync("state", id, state));

        Assert.Contains("U+0000", error.Message, StringComparison.Ordinal);
        Assert.Equal("good", (await ReadAsync(id)).State!.Note);
    }

    public sealed record Loose(JsonElement Json, double Number = 0, Func<int>? Function = null);

    [Theory]
    [InlineData("{\"a\": \"\\u0000\"}", "U+0000")]
    [InlineData("{\"a\": \"\\ud83d\"}", "The state of")]
    [InlineData("{\"a\": 1e200000}", "too large for Postgres")]
    public async Task Valid_JSON_that_jsonb_does_not_take_is_refused_and_the_old_state_stays(string json, string reason)
    {
        var id = NewId();
        var state = new GrainState<Loose>(new Loose(JsonElement.Parse("{}")));
        await Storage.WriteStateAsync("state", id, state);
        state.State = new Loose(JsonElement.Parse(json));

        var error = await Assert.ThrowsAsync<UnstorableStateException>(() => Storage.WriteStateAsync("state", id, state));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        state.State = new Loose(JsonElement.Parse("[1e400]"));
        await Storage.WriteStateAsync("state", id, state);
        Assert.Equal("2", state.ETag);
    }

    [Fact]
    public async Task What_has_no_form_in_JSON_is_refused_before_it_is_written()
    {
        var id = NewId();
        var infinite = new GrainState<Loose>(new Loose(JsonElement.Parse("1"), double.PositiveInfinity));
        var function = new GrainState<Loose>(new Loose(JsonElement.Parse("1"), Function: () => 1));

        await Assert.ThrowsAsync<UnstorableStateException>(() => Storage.WriteStateAsync("state", id, infinite));
        await Assert.ThrowsAsync<UnstorableStateException>(() => Storage.WriteStateAsync("state", id, function));

        Assert.Null((await ReadAsync(id)).ETag);
    }

    [Theory]
    [InlineData("{\"value\": 1e400}")]
    [InlineData("{\"value\": \"text\"}")]
    [InlineData("[]")]
    public async Task A_state_that_cannot_be_read_is_set_aside_and_its_actor_has_none(string json)
    {
        var id = NewId();
        using var measured = new Measurements(Services.GetRequiredService<IMeterFactory>());
        await Storage.WriteStateAsync("state", id, new GrainState<Counted>(new Counted(1)));
        await Database.ScalarAsync($"UPDATE actor_state SET state = '{json}' WHERE actor_id = '{id.Key}'");

        var read = await ReadAsync(id);

        Assert.Equal((false, "2"), (read.RecordExists, read.ETag));
        await Storage.WriteStateAsync("state", id, read);
        Assert.True((await ReadAsync(id)).RecordExists);
        Assert.Equal(true, await Database.ScalarAsync(
            $"SELECT state = '{json}' AND version = 1 FROM actor_state_set_aside WHERE actor_id = '{id.Key}' AND actor_type = 'counter'"));
        var record = Assert.Single(Logs.Records, record => record.Event == "actor_state_set_aside");
        Assert.Equal(id.Key.ToString(), record.Fields["actor_id"]);
        Assert.Equal("counter", Assert.Single(measured.Of("actor.state.set_aside")).Tags["actor.type"]);
    }
}
