using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Choir.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Choir.Tests.Integration.Storage;

public interface IRemindedGrain : IGrainWithStringKey
{
    Task BeginAsync();

    Task EndAsync();

    Task<string> HostAsync();
}

/// <summary>A grain with a reminder.</summary>
public sealed class RemindedGrain(ILocalSiloDetails silo) : Grain, IRemindedGrain, IRemindable
{
    public static ConcurrentDictionary<string, int> Ticks { get; } = new();

    public Task BeginAsync() => this.RegisterOrUpdateReminder("wake", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));

    public async Task EndAsync() => await this.UnregisterReminder((await this.GetReminder("wake"))!);

    public Task<string> HostAsync() => Task.FromResult(silo.Name);

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        Ticks.AddOrUpdate(this.GetPrimaryKeyString(), 1, (_, count) => count + 1);
        return Task.CompletedTask;
    }
}

/// <summary>Silos and a client on Postgres.</summary>
public sealed class ClusterTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hosts_form_one_cluster_and_serve_a_client()
    {
        const string cluster = "pair";
        await using var first = Silo(cluster, "first");
        await using var second = Silo(cluster, "second");
        await Task.WhenAll(first.StartAsync(), second.StartAsync());
        await Eventually.HoldsAsync("both hosts to be active", async () => await MembersAsync(cluster, active: true) == 2);

        await using (var client = Client(cluster))
        {
            await client.StartAsync();
            var grains = client.Services.GetRequiredService<IClusterClient>();
            await Eventually.HoldsAsync("grains on both hosts", async () =>
            {
                var hosts = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => grains.GetGrain<IRemindedGrain>($"spread{i}").HostAsync()));
                return hosts.Distinct().Count() == 2;
            });
        }

        await second.DisposeAsync();
        Assert.Equal(1, await MembersAsync(cluster, active: true));
    }

    [Fact]
    public async Task A_member_that_does_not_answer_is_declared_dead()
    {
        const string cluster = "silent";
        await using var silo = Silo(cluster, "only");
        await silo.StartAsync();
        var table = silo.Services.GetRequiredService<IMembershipTable>();
        var silent = Entry(Loopback.FreePort());
        silent.Status = SiloStatus.Active;

        await Eventually.HoldsAsync("the silent member to be inserted", async () =>
            await table.InsertRowAsync(silent, (await table.ReadAllAsync(Token)).Version.Next(), Token));
        var since = Stopwatch.GetTimestamp();
        await Eventually.HoldsAsync("the silent member to be declared dead", async () => await MembersAsync(cluster, active: false) == 1);

        TestContext.Current.TestOutputHelper!.WriteLine($"Declared dead after {Stopwatch.GetElapsedTime(since)}.");
        Assert.Equal(SiloStatus.Dead, (await table.ReadRowAsync(silent.SiloAddress, Token)).Members[0].Item1.Status);
    }

    [Fact]
    public async Task A_reminder_is_stored_and_fires_until_it_is_deleted()
    {
        await using var silo = Silo("reminded", "only");
        await silo.StartAsync();
        var key = Guid.NewGuid().ToString();
        var grain = silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IRemindedGrain>(key);

        await grain.BeginAsync();
        Assert.Equal(1L, await RemindersAsync(key));
        await Eventually.HoldsAsync("the reminder to fire", () => RemindedGrain.Ticks.ContainsKey(key));
        await grain.EndAsync();

        Assert.Equal(0L, await RemindersAsync(key));
    }

    [Fact]
    public async Task Reminders_are_found_by_hash_range_also_across_zero()
    {
        await using var silo = Silo("ranges", "only");
        await silo.StartAsync();
        var table = silo.Services.GetRequiredService<IReminderTable>();
        var grains = Enumerable.Range(0, 64).Select(i => GrainId.Create("ranged", $"{i}")).ToList();
        foreach (var grain in grains)
        {
            await table.UpsertRow(new ReminderEntry
            {
                GrainId = grain,
                ReminderName = "r",
                StartAt = DateTime.UnixEpoch,
                Period = TimeSpan.FromDays(40),
            }, Token);
        }

        uint[] points = [0, 1, 0x3FFF_FFFF, 0x7FFF_FFFF, 0x8000_0000, 0x8000_0001, 0xC000_0000, uint.MaxValue, grains[5].GetUniformHashCode()];
        foreach (var begin in points)
        {
            foreach (var end in points)
            {
                var expected = grains.Where(grain => InRange(grain.GetUniformHashCode(), begin, end)).Order();
                var read = (await table.ReadRows(begin, end, Token)).Reminders.Where(row => grains.Contains(row.GrainId)).Select(row => row.GrainId).Order();
                Assert.Equal(expected, read);
            }
        }

        var row = await table.ReadRow(grains[0], "r", Token);
        Assert.Equal(TimeSpan.FromDays(40), row!.Period);
        Assert.Equal(DateTime.UnixEpoch, row.StartAt);
        var changed = await table.UpsertRow(row, Token);
        Assert.NotEqual(row.ETag, changed);
        Assert.False(await table.RemoveRow(grains[0], "r", row.ETag!, Token));
        Assert.True(await table.RemoveRow(grains[0], "r", changed!, Token));
        Assert.Null(await table.ReadRow(grains[0], "r", Token));
        Assert.Empty((await table.ReadRows(grains[0], Token)).Reminders);
        Assert.Single((await table.ReadRows(grains[1], Token)).Reminders);
    }

    [Fact]
    public async Task The_membership_table_accepts_a_change_only_with_its_current_version()
    {
        // The silo is not started, because it would change the membership too.
        await using var silo = Silo("members", "only");
        var table = silo.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(true, Token);
        Assert.Empty((await table.ReadAllAsync(Token)).Members);
        var entry = Entry(11111);

        var before = await table.ReadAllAsync(Token);
        Assert.True(await table.InsertRowAsync(entry, before.Version.Next(), Token));
        Assert.False(await table.InsertRowAsync(Entry(22222), before.Version.Next(), Token));
        var after = await table.ReadAllAsync(Token);
        Assert.Equal(before.Version.Version + 1, after.Version.Version);
        Assert.False(await table.InsertRowAsync(entry, after.Version.Next(), Token));
        Assert.Equal(after.Version.Version, (await table.ReadAllAsync(Token)).Version.Version);

        entry.Status = SiloStatus.Dead;
        entry.SuspectTimes = [Tuple.Create(entry.SiloAddress, DateTime.UnixEpoch)];
        var etag = Assert.Single(after.Members).Item2;
        Assert.False(await table.UpdateRowAsync(entry, etag, before.Version.Next(), Token));
        Assert.True(await table.UpdateRowAsync(entry, etag, after.Version.Next(), Token));
        var read = await table.ReadRowAsync(entry.SiloAddress, Token);
        Assert.Equal(SiloStatus.Dead, read.Members[0].Item1.Status);
        Assert.Equal(entry.SiloAddress, Assert.Single(read.Members[0].Item1.SuspectTimes!).Item1);
        entry.IAmAliveTime = DateTime.UnixEpoch;
        await table.UpdateIAmAliveAsync(entry, Token);
        Assert.Equal(DateTime.UnixEpoch, (await table.ReadRowAsync(entry.SiloAddress, Token)).Members[0].Item1.IAmAliveTime);

        await table.CleanupDefunctSiloEntriesAsync(DateTimeOffset.UnixEpoch.AddDays(1), Token);
        var none = await table.ReadRowAsync(entry.SiloAddress, Token);
        Assert.Empty(none.Members);
        Assert.True(none.Version.Version > after.Version.Version);
        await table.DeleteMembershipTableEntriesAsync("members", Token);
        Assert.Equal(0, await MembersAsync("members", active: true) + await MembersAsync("members", active: false));
    }

    private static bool InRange(uint hash, uint begin, uint end) =>
        begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;

    private static MembershipEntry Entry(int port) => new()
    {
        SiloAddress = SiloAddress.New(IPAddress.Loopback, port, 7),
        SiloName = "made-up",
        HostName = "nowhere",
        Status = SiloStatus.Joining,
        ProxyPort = 0,
        StartTime = DateTime.UnixEpoch,
        IAmAliveTime = TimeProvider.System.GetUtcNow().UtcDateTime,
    };

    private RunningHost Silo(string cluster, string name)
    {
        var builder = Builder(cluster);
        builder.UseOrleans(silo => silo
            .UseLittleMemory()
            .UseChoirClustering()
            .UseChoirReminders()
            .Configure<Orleans.Configuration.SiloOptions>(options => options.SiloName = name)
            .ConfigureEndpoints(IPAddress.Loopback, Loopback.FreePort(), Loopback.FreePort()));
        return new RunningHost(builder.Build());
    }

    private RunningHost Client(string cluster)
    {
        var builder = Builder(cluster);
        builder.UseOrleansClient(client => client.UseChoirClustering());
        return new RunningHost(builder.Build());
    }

    private HostApplicationBuilder Builder(string cluster)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["ConnectionStrings:choir"] = database.ConnectionString;
        builder.Configuration["Orleans:ClusterId"] = cluster;
        builder.Configuration["Orleans:ServiceId"] = cluster;
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.AddChoirStorage();
        return builder;
    }

    private async Task<long> MembersAsync(string cluster, bool active) => (long)(await database.ScalarAsync(
        $"SELECT count(*) FROM orleans_membership WHERE cluster_id = '{cluster}' AND status {(active ? "=" : "<>")} 3"))!;

    private Task<object?> RemindersAsync(string key) =>
        database.ScalarAsync($"SELECT count(*) FROM orleans_reminders WHERE grain_id LIKE '%{key}'");
}
