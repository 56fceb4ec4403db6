using Choir.Contracts.Threads;
using Choir.Storage;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.Storage;

/// <summary>How much work is in the database.</summary>
public sealed class WorkFiguresTests(PostgresFixture postgres) : IAsyncLifetime
{
    private DatabaseFixture _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private WorkFiguresReader Reader => new(_database.DataSource, TimeProvider.System);

    public async ValueTask InitializeAsync()
    {
        _database = new DatabaseFixture(postgres);
        await _database.InitializeAsync();
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Without_work_all_figures_are_zero() =>
        Assert.Equal(new WorkFigures(0, null, 0, 0, 0, 0, null, null), await Reader.ReadAsync(Token));

    [Fact]
    public async Task Running_failed_and_unanchored_cycles_are_counted_with_the_latest_error()
    {
        var store = new ThreadStore(_database.DataSource);
        var thread = ThreadIds.New(TimeProvider.System);
        await store.CreateThreadAsync(thread, Token);
        var accepted = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            var input = await store.AcceptInputAsync(thread, new SubmitInput($"{i}", null), Guid.CreateVersion7(), Guid.CreateVersion7(), null, Token);
            accepted.Add(Guid.Parse(input!.CycleId));
        }

        await store.FailCycleAsync(accepted[0], "why", Token);
        await using (var add = _database.DataSource.CreateCommand(
            """
            INSERT INTO ledger_outbox (cycle_id, thread_id, cycle_hash, status, created_at, updated_at, next_attempt_at, last_error, stuck_since)
            SELECT gen_random_uuid(), gen_random_uuid(), '0x' || repeat('a', 64), status, now() - age, now() - age, now(), error, stuck
            FROM (VALUES ('pending', interval '3 minutes', 'an older error', now()), ('pending', interval '1 minute', 'the latest error', NULL),
                         ('failed', interval '0', 'of a failed one', NULL)) AS rows (status, age, error, stuck)
            """))
        {
            await add.ExecuteNonQueryAsync(Token);
        }

        var figures = await Reader.ReadAsync(Token);
        Assert.Equal((2L, 3L, 1L), (figures.Running, figures.Recent, figures.RecentFailed));
        Assert.Equal((2L, 1L, "the latest error"), (figures.Unanchored, figures.Stuck, figures.LastError));
        Assert.InRange((figures.OldestRunning!.Value - figures.OldestUnanchored!.Value).TotalMinutes, 2.5, 3.5);
    }
}
