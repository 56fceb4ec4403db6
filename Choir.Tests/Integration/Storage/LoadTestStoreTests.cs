using Choir.Contracts.LoadTests;
using Choir.Storage;
using Choir.Tests.Support;
using Microsoft.Extensions.Options;

namespace Choir.Tests.Integration.Storage;

public sealed class LoadTestStoreTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    private DatabaseFixture _database = null!;
    private LoadTestStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = new DatabaseFixture(postgres);
        await _database.InitializeAsync();
        _store = new LoadTestStore(_database.DataSource, Options.Create(new StorageOptions { MaxLoadTests = 10 }));
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_result_is_read_as_it_was_stored_and_the_first_one_of_an_id_is_kept()
    {
        var result = Result(1) with
        {
            Figures = [new LoadTestFigure("größte \"Zahl\"", "1", true, double.MaxValue), new LoadTestFigure("smallest", "s", false, double.Epsilon)],
            StartedAt = Begin.ToOffset(TimeSpan.FromHours(2)),
        };
        Assert.True(await _store.AddAsync(result, Token));
        Assert.False(await _store.AddAsync(result with { Seconds = 1 }, Token));

        Assert.Equivalent(result, await _store.GetAsync(result.Id, Token), strict: true);
        Assert.Null(await _store.GetAsync(Guid.NewGuid(), Token));
    }

    [Fact]
    public async Task Results_are_paged_newest_first_by_profile_and_the_oldest_are_removed()
    {
        var results = Enumerable.Range(0, 14).Select(n => Result(n, n % 2 == 0 ? "load" : "spike")).ToList();
        foreach (var result in results)
        {
            await _store.AddAsync(result, Token);
        }

        var (all, next) = await _store.ListAsync(null, null, 200, Token);
        Assert.Equal(results.TakeLast(10).Reverse().Select(result => result.Id), all.Select(result => result.Id));
        Assert.Null(next);
        (all, next) = await _store.ListAsync("load", null, 3, Token);
        Assert.Equal([results[12].Id, results[10].Id, results[8].Id], all.Select(result => result.Id));
        Assert.Equal(results[8].Id, next);
        (all, next) = await _store.ListAsync("load", next, 3, Token);
        Assert.Equal([results[6].Id, results[4].Id], all.Select(result => result.Id));
        Assert.Null(next);
        Assert.Equal([new LoadTestProfile("spike", 5), new LoadTestProfile("load", 5)], await _store.ListProfilesAsync(Token));
    }

    [Fact]
    public async Task A_page_of_large_results_ends_early_with_a_cursor()
    {
        var store = new LoadTestStore(_database.DataSource, Options.Create(new StorageOptions()));
        var note = new string('x', 1_000);
        for (var n = 0; n < 50; n++)
        {
            await store.AddAsync(Result(n) with { Notes = [.. Enumerable.Repeat(note, 100)] }, Token);
        }

        var (first, next) = await store.ListAsync(null, null, 50, Token);
        Assert.InRange(first.Count, 35, 45);
        Assert.Equal(first[^1].Id, next);
        var (rest, last) = await store.ListAsync(null, next, 50, Token);
        Assert.Equal(50, first.Count + rest.Count);
        Assert.Null(last);
    }

    [Fact]
    public async Task Old_results_are_removed()
    {
        for (var n = 0; n < 4; n++)
        {
            await _store.AddAsync(Result(n), Token);
            await _database.ScalarAsync($"UPDATE load_tests SET stored_at = now() - interval '{29 + n} days' WHERE id = '{Result(n).Id}'");
        }

        Assert.Equal(2, await new RetentionStore(_database.DataSource).RemoveLoadTestsAsync(TimeSpan.FromDays(30.5), Token));
        Assert.Equal(2L, await _database.ScalarAsync("SELECT count(*) FROM load_tests"));
    }

    // The same one for the same minute.
    private static LoadTestResult Result(int minute, string profile = "load")
    {
        var at = Begin.AddMinutes(minute);
        var id = new Guid(Convert.FromHexString($"{at.ToUnixTimeMilliseconds():x12}7{minute:x3}8000000000000000"), bigEndian: true);
        return new LoadTestResult(
            id, profile, LoadTestKind.Load, at, 60, true, false, new LoadTestMachine(2, 8L << 30, "Linux", "X64", ".NET 10"),
            [new LoadTestFigure("rate", "1/s", true, minute)], [new LoadTestObjective("rate at least 40", null, false)], ["A note."]);
    }
}
