using Choir.AppHost.Infrastructure;
using Choir.Tests.Support;
using Npgsql;

namespace Choir.Tests.Integration.Ledger;

/// <summary>The commands of <c>docs/backup.md</c>.</summary>
public sealed class BackupTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_restore_pending_anchors_are_sent_once_and_sent_ones_are_found_on_the_chain()
    {
        using var folder = new TemporaryFolder();
        // The programs of the server's version, beside the server that a link on the PATH leads to.
        var server = Path.Combine(await PostgresFiles.FindAsync(folder.Path), "postgres");
        var binaries = Path.GetDirectoryName(File.ResolveLinkTarget(server, returnFinalTarget: true)?.FullName ?? server)!;
        Assert.SkipUnless(File.Exists(Path.Combine(binaries, "pg_dump")), "pg_dump is not installed; Debian's package postgresql has it.");
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost();
        var confirmed = await bed.AnchorAsync(host);
        var pending = await LedgerTestBed.AddAsync(host, 3);

        // Rows are added while the backup is made.
        using (var backup = new CancellationTokenSource())
        {
            var adding = AddUntilAsync(host, backup.Token);
            await RunAsync("pg_dump ", bed.Database, binaries, folder.Path);
            await backup.CancelAsync();
            await adding;
        }

        // The lost database has already anchored some of the cycles that are pending in the backup.
        await bed.ConfirmedAsync(host, pending[0], pending[1]);
        var late = await LedgerTestBed.AddAsync(host);
        await RunAsync("pg_restore ", bed.Database, binaries, folder.Path);

        Assert.Equal(0, await bed.CountAsync("pending", [late]));
        Assert.Equal(3, await bed.CountAsync("pending", pending));
        var restored = bed.StartHost();
        await bed.ConfirmedAsync(restored, [confirmed, .. pending]);
        await bed.AssertOnChainOnceAsync([confirmed, .. pending]);
    }

    private static async Task AddUntilAsync(LedgerServices host, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await LedgerTestBed.AddAsync(host);
        }
    }

    private static async Task RunAsync(string command, NpgsqlDataSource database, string binaries, string folder)
    {
        var page = await File.ReadAllLinesAsync(Path.Combine(Projects.Choir_AppHost.ProjectPath, "..", "docs", "backup.md"), Cancellation);
        var line = page.Select(text => text.Trim()).Single(text => text.StartsWith(command, StringComparison.Ordinal));
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var url = $"postgresql://{settings.Username}@{settings.Host}:{settings.Port}/{settings.Database}";
        var result = await Tool.RunAsync(
            "sh", ["-c", $"PATH='{binaries}':$PATH DATABASE='{url}'; {line}"], TimeSpan.FromMinutes(1), Cancellation, folder);
        Assert.True(result.Succeeded, result.Output);
    }
}
