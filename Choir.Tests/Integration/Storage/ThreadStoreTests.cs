using System.Text.Json;
using Choir.Contracts.Threads;
using Choir.Storage;
using Choir.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Integration.Storage;

public sealed class ThreadStoreTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private readonly ThreadStore _store = new(database.DataSource);

    // Ids created within one millisecond are not ordered.
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow()) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Creating_a_thread_is_idempotent()
    {
        var thread = ThreadIds.New(TimeProvider.System);
        Assert.False(await _store.ThreadExistsAsync(thread, Token));

        Assert.True(await _store.CreateThreadAsync(thread, Token));
        Assert.False(await _store.CreateThreadAsync(thread, Token));

        Assert.True(await _store.ThreadExistsAsync(thread, Token));
    }

    [Theory]
    [InlineData("no-id")]
    [InlineData("")]
    [InlineData("019AB000-0000-7000-8000-000000000000")]
    [InlineData("{019ab000-0000-7000-8000-000000000000}")]
    public async Task Only_lower_case_ids_with_hyphens_are_accepted(string id)
    {
        Assert.False(await _store.ThreadExistsAsync(id, Token));
        Assert.Null(await _store.GetThreadAsync(id, null, 10, Token));
        Assert.Null(await _store.GetCycleAsync(id, id, Token));
        Assert.Empty(await _store.EventsAfterAsync(id, 0, 10, Token));
        Assert.Empty((await _store.ListThreadsAsync(id, 10, Token)).Threads);
        await Assert.ThrowsAsync<ArgumentException>(() => _store.CreateThreadAsync(id, Token));
    }

    [Fact]
    public async Task An_input_for_an_unknown_thread_is_not_accepted()
    {
        Assert.Null(await AcceptAsync(ThreadIds.New(TimeProvider.System), "hello"));
    }

    [Fact]
    public async Task The_cycle_of_an_accepted_input_is_running()
    {
        var thread = await NewThreadAsync();

        var accepted = await AcceptAsync(thread, "What is rain?");

        Assert.NotNull(accepted);
        Assert.Equal(CycleStatus.Running, accepted.Status);
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", accepted.TraceId);
        var running = Assert.Single(await _store.RunningCyclesAsync(thread, Token));
        Assert.Equal(0, running.SavedPhases);
        Assert.Equal(TraceParent, running.TraceParent);
        Assert.Equal(accepted.CorrelationId, running.CorrelationId.ToString());
        var view = await _store.GetCycleAsync(thread, accepted.CycleId, Token);
        Assert.NotNull(view);
        Assert.Equal(Enum.GetValues<Phase>(), view.Phases.Select(phase => phase.Phase));
        Assert.All(view.Phases, phase => Assert.Equal(PhaseStatus.Pending, phase.Status));
        Assert.Null(view.Anchor);
        Assert.Null(view.Result);
    }

    [Fact]
    public async Task Concurrent_submissions_with_one_idempotency_key_create_one_cycle()
    {
        var thread = await NewThreadAsync();

        var accepted = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => AcceptAsync(thread, "the same", "key")));

        Assert.Single(accepted.Select(one => one!.CycleId).Distinct());
        Assert.Single(accepted.Select(one => one!.CorrelationId).Distinct());
        Assert.Single((await _store.GetThreadAsync(thread, null, 10, Token))!.Cycles);
        Assert.Single(await _store.EventsAfterAsync(thread, 0, 100, Token));
    }

    [Fact]
    public async Task An_idempotency_key_is_valid_within_its_thread_and_is_optional()
    {
        var (one, other) = (await NewThreadAsync(), await NewThreadAsync());

        Assert.NotEqual((await AcceptAsync(one, "a", "key"))!.CycleId, (await AcceptAsync(other, "a", "key"))!.CycleId);
        Assert.NotEqual((await AcceptAsync(one, "a"))!.CycleId, (await AcceptAsync(one, "a"))!.CycleId);
    }

    [Theory]
    [InlineData("b")]
    [InlineData("A")]
    [InlineData("a ")]
    public async Task An_idempotency_key_cannot_be_used_again_for_another_content(string content)
    {
        var thread = await NewThreadAsync();
        var first = await AcceptAsync(thread, "a", "key");
        var error = await Assert.ThrowsAsync<IdempotencyKeyReusedException>(() => AcceptAsync(thread, content, "key"));
        Assert.Contains($"\"key\" belongs to another input of this thread, with another content: cycle {first!.CycleId}", error.Message, StringComparison.Ordinal);
        Assert.Single((await _store.GetThreadAsync(thread, null, 10, Token))!.Cycles);
    }

    [Fact]
    public async Task Text_with_the_null_character_is_refused()
    {
        var thread = await NewThreadAsync();

        var error = await Assert.ThrowsAsync<UnstorableTextException>(() => AcceptAsync(thread, "a\0b"));

        Assert.Contains("U+0000", error.Message, StringComparison.Ordinal);
        var cycle = Guid.Parse((await AcceptAsync(thread, "fine"))!.CycleId);
        await Assert.ThrowsAsync<UnstorableTextException>(() => _store.SavePhaseAsync(Finished(cycle, Phase.Action, "a\0b"), Token));
        await Assert.ThrowsAsync<UnstorableTextException>(() =>
            _store.CompleteCycleAsync(cycle, new CycleResult("a\0b", []), new byte[32], Token));
    }

    [Fact]
    public async Task A_phase_is_saved_once_with_its_payload()
    {
        var thread = await NewThreadAsync();
        var cycle = Guid.Parse((await AcceptAsync(thread, "go"))!.CycleId);
        var phase = Finished(cycle, Phase.Action, "first");

        var saved = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => _store.SavePhaseAsync(phase with { Output = $"attempt {i}" }, Token)));

        Assert.Single(saved, true);
        var kept = Assert.Single(await _store.GetPhasesAsync(cycle, Token));
        Assert.Equal("input/1", kept.Operations[0].Target);
        Assert.Equal(0.5, kept.Operations[0].Metadata!["weight"].GetDouble());
        Assert.Equal("on", kept.Payload!.Value.GetProperty("go").GetString());
        var appended = Assert.Single(await _store.EventsAfterAsync(thread, 1, 10, Token));
        Assert.Equal("phase_completed", appended.Type);
        Assert.Equal(kept.Output, appended.Data.GetProperty("output").GetString());
        Assert.Equal("action", appended.Data.GetProperty("phase").GetString());
    }

    [Fact]
    public async Task Only_the_phases_of_the_last_round_are_shown()
    {
        var thread = await NewThreadAsync();
        var cycle = (await AcceptAsync(thread, "go"))!.CycleId;
        foreach (var phase in Enum.GetValues<Phase>())
        {
            await _store.SavePhaseAsync(Finished(Guid.Parse(cycle), phase, "old"), Token);
        }

        await _store.SavePhaseAsync(Finished(Guid.Parse(cycle), Phase.Action, "new") with { Round = 1 }, Token);

        var phases = (await _store.GetCycleAsync(thread, cycle, Token))!.Phases;
        Assert.Equal("new", phases[0].Output);
        Assert.Equal(PhaseStatus.Pending, phases[1].Status);
        Assert.Equal(7, (await _store.RunningCyclesAsync(thread, Token))[0].SavedPhases);
        Assert.Equal(7, (await _store.CountPhasesAsync([Guid.Parse(cycle), Guid.CreateVersion7()], Token))[Guid.Parse(cycle)]);
        Assert.Equal(7, (await _store.GetPhasesAsync(Guid.Parse(cycle), Token)).Count);
    }

    [Fact]
    public async Task A_cycle_ends_once_and_accepts_no_phases_afterwards()
    {
        var thread = await NewThreadAsync();
        var cycle = (await AcceptAsync(thread, "go"))!.CycleId;
        var id = Guid.Parse(cycle);
        var result = new CycleResult("Rain is water.", [new CycleSource(thread, cycle, 0.75)]);

        Assert.NotNull(await _store.CompleteCycleAsync(id, result, Enumerable.Repeat((byte)0xAB, 32).ToArray(), Token));
        Assert.Null(await _store.CompleteCycleAsync(id, result with { Content = "other" }, new byte[32], Token));
        Assert.Null(await _store.FailCycleAsync(id, "late", Token));
        Assert.False(await _store.SavePhaseAsync(Finished(id, Phase.Yield, "late"), Token));

        var view = (await _store.GetCycleAsync(thread, cycle, Token))!;
        Assert.Equal(CycleStatus.Completed, view.Status);
        Assert.Equal("Rain is water.", view.Result!.Content);
        Assert.Equal(0.75, view.Result.Sources[0].Rank);
        Assert.Equal(AnchorStatus.Pending, view.Anchor!.Status);
        Assert.Equal("0x" + new string('a', 1) + "b" + string.Concat(Enumerable.Repeat("ab", 31)), view.Anchor.CycleHash);
        Assert.Empty(await _store.RunningCyclesAsync(thread, Token));
        var events = await _store.EventsAfterAsync(thread, 0, 10, Token);
        Assert.Equal(["cycle_accepted", "cycle_completed"], events.Select(one => one.Type));
        Assert.Equal("Rain is water.", events[1].Data.GetProperty("result").GetProperty("content").GetString());
    }

    [Fact]
    public async Task A_failed_cycle_has_its_error()
    {
        var thread = await NewThreadAsync();
        var cycle = (await AcceptAsync(thread, "go"))!.CycleId;

        Assert.NotNull(await _store.FailCycleAsync(Guid.Parse(cycle), "the model cannot be reached", Token));

        var view = (await _store.GetCycleAsync(thread, cycle, Token))!;
        Assert.Equal((CycleStatus.Failed, "the model cannot be reached"), (view.Status, view.Error));
        Assert.Null(view.Anchor);
        Assert.NotNull(view.CompletedAt);
    }

    [Fact]
    public async Task The_anchor_of_a_cycle_is_read_from_the_outbox()
    {
        var thread = await NewThreadAsync();
        var cycle = (await AcceptAsync(thread, "go"))!.CycleId;
        await _store.CompleteCycleAsync(Guid.Parse(cycle), new CycleResult("yes", []), new byte[32], Token);
        await database.ScalarAsync(
            $"""
            INSERT INTO ledger_outbox (
                cycle_id, thread_id, cycle_hash, status, created_at, updated_at, next_attempt_at, transaction_hash,
                block_number, gas_used, contract_address)
            VALUES ('{cycle}', '{thread}', '0x{new string('0', 64)}', 'pending', now(), now(), now(), '0xfeed', 7, 21000, '0xc0de')
            """);
        foreach (var status in new[] { "confirmed", "pending", "confirmed" })
        {
            await database.ScalarAsync($"UPDATE ledger_outbox SET status = '{status}' WHERE cycle_id = '{cycle}'");
        }

        var anchor = (await _store.GetCycleAsync(thread, cycle, Token))!.Anchor!;

        Assert.Equal(new AnchorView(AnchorStatus.Confirmed, "0xfeed", 7, 21000, "0x" + new string('0', 64), "0xc0de", null), anchor);
        Assert.Equal(AnchorStatus.Confirmed, (await _store.GetThreadAsync(thread, null, 10, Token))!.Cycles[0].Anchor);
        var appended = await _store.EventsAfterAsync(thread, 2, 10, Token);
        Assert.All(appended, one => Assert.Equal(("anchor_changed", cycle), (one.Type, one.CycleId)));
        Assert.Equal(["confirmed", "pending", "confirmed"], appended.Select(one => one.Data.GetProperty("status").GetString()));
        Assert.Equal(("0xfeed", 7), (appended[0].Data.GetProperty("transactionHash").GetString(), appended[0].Data.GetProperty("blockNumber").GetInt32()));
    }

    [Fact]
    public async Task Completed_cycles_that_are_not_in_the_outbox_are_unsubmitted()
    {
        var thread = await NewThreadAsync();
        var cycles = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            cycles.Add((await AcceptAsync(thread, "go"))!.CycleId);
        }

        // Ids of the same millisecond are in any order.
        cycles.Sort(StringComparer.Ordinal);
        foreach (var cycle in cycles[..4])
        {
            await _store.CompleteCycleAsync(Guid.Parse(cycle), new CycleResult("yes", []), (byte[])[.. new byte[31], 7], Token);
        }

        await database.ScalarAsync(
            $"""
            INSERT INTO ledger_outbox (cycle_id, thread_id, cycle_hash, status, created_at, updated_at, next_attempt_at)
            VALUES ('{cycles[1]}', '{thread}', '0x{new string('0', 64)}', 'failed', now(), now(), now())
            """);

        var unsubmitted = await _store.UnsubmittedCyclesAsync(thread, 10, Token);

        Assert.Equal([cycles[0], cycles[2], cycles[3]], unsubmitted.Select(cycle => ThreadIds.Format(cycle.CycleId)));
        Assert.All(unsubmitted, cycle => Assert.Equal(new string('0', 62) + "07", cycle.CycleHash));
        Assert.Equal(cycles[0], ThreadIds.Format(Assert.Single(await _store.UnsubmittedCyclesAsync(thread, 1, Token)).CycleId));
        Assert.Empty(await _store.UnsubmittedCyclesAsync(await NewThreadAsync(), 10, Token));
    }

    [Fact]
    public async Task Threads_and_cycles_are_paged_newest_first()
    {
        var threads = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            threads.Add(await NewThreadAsync());
        }

        for (var i = 0; i < 3; i++)
        {
            await AcceptAsync(threads[4], $"input {i} {new string('x', 300)}");
        }

        var first = await _store.ListThreadsAsync(null, 2, Token);
        Assert.Equal([threads[4], threads[3]], first.Threads.Select(one => one.ThreadId));
        Assert.Equal(3, first.Threads[0].Cycles);
        Assert.NotNull(first.Threads[0].LastActivityAt);
        Assert.StartsWith("input 0 x", first.Threads[0].FirstInput, StringComparison.Ordinal);
        Assert.Equal((200, true), (first.Threads[0].FirstInput!.Length, first.Threads[0].FirstInputAt <= first.Threads[0].LastActivityAt));
        Assert.Equal((null, null), (first.Threads[1].FirstInput, first.Threads[1].FirstInputAt));
        Assert.Equal((0, null), (first.Threads[1].Cycles, first.Threads[1].LastActivityAt));
        var second = await _store.ListThreadsAsync(first.Next, 2, Token);
        Assert.Equal([threads[2], threads[1]], second.Threads.Select(one => one.ThreadId));

        var cycles = (await _store.GetThreadAsync(threads[4], null, 2, Token))!;
        var rest = (await _store.GetThreadAsync(threads[4], cycles.Next, 2, Token))!;
        Assert.Equal(2, cycles.Cycles.Count);

        // Cycles of the same millisecond are in any order.
        Assert.Equal(["input 0 x", "input 1 x", "input 2 x"], cycles.Cycles.Concat(rest.Cycles).Select(one => one.Input[..9]).Order(StringComparer.Ordinal));
        Assert.All(cycles.Cycles, one => Assert.Equal(200, one.Input.Length));
        Assert.True(string.CompareOrdinal(cycles.Cycles[0].CycleId, cycles.Cycles[1].CycleId) > 0);
        Assert.Single(rest.Cycles);
        Assert.Null(rest.Next);
    }

    [Fact]
    public async Task Event_numbers_have_no_gaps_under_concurrent_writes()
    {
        var thread = await NewThreadAsync();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => AcceptAsync(thread, $"input {i}")));

        var events = await _store.EventsAfterAsync(thread, 0, 100, Token);
        Assert.Equal(Enumerable.Range(1, 40).Select(i => (long)i), events.Select(one => one.Id));
        Assert.Equal(events.Skip(30), await _store.EventsAfterAsync(thread, 30, 100, Token), (a, b) => a.Id == b.Id);
    }

    private async Task<string> NewThreadAsync()
    {
        var thread = ThreadIds.New(_clock);
        await _store.CreateThreadAsync(thread, Token);
        return thread;
    }

    private async Task<InputAccepted?> AcceptAsync(string thread, string content, string? key = null) =>
        await _store.AcceptInputAsync(thread, new SubmitInput(content, key), Guid.CreateVersion7(), Guid.CreateVersion7(), TraceParent, Token);

    private static SavedPhase Finished(Guid cycle, Phase phase, string output) => new(
        cycle,
        0,
        phase,
        PhaseStatus.Completed,
        output,
        [new ContextOperation(
            ContextOperationKind.Add, "input/1", output.Replace("\0", "", StringComparison.Ordinal),
            new Dictionary<string, JsonElement> { ["weight"] = JsonSerializer.SerializeToElement(0.5) })],
        JsonSerializer.SerializeToElement(new { go = "on" }),
        DateTimeOffset.UnixEpoch,
        12.5);
}
