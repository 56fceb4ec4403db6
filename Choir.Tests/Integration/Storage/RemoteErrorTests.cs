using System.Net;
using Choir.Actors;
using Choir.Storage;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Choir.Tests.Integration.Storage;

public interface IReminderProbe : IGrainWithStringKey
{
    /// <summary>Sets a reminder, and returns the error; null if there is none.</summary>
    Task<ReminderError?> RemindAsync();
}

/// <summary>The error that a grain gets when it sets a reminder.</summary>
[GenerateSerializer]
public sealed record ReminderError(
    [property: Id(0)] bool IsRemote,
    [property: Id(1)] string TypeName,
    [property: Id(2)] string Message,
    [property: Id(3)] string? SqlState,
    [property: Id(4)] string? Fault);

/// <summary>A grain that sets a reminder, which the host writes that owns it.</summary>
public sealed class ReminderProbe : Grain, IReminderProbe, IRemindable
{
    public async Task<ReminderError?> RemindAsync()
    {
        try
        {
            await this.RegisterOrUpdateReminder("probe", TimeSpan.FromHours(1), TimeSpan.FromHours(1));
            return null;
        }
        catch (Exception e)
        {
            var remote = e as RemoteException;
            return new ReminderError(
                remote is not null, remote?.TypeName ?? e.GetType().FullName!, e.Message, remote?.SqlState, DatabaseFault.Of(e)?.Kind.ToString());
        }
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;
}

/// <summary>What a grain gets when the database refuses the write of another host.</summary>
public sealed class RemoteErrorTests(DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_error_of_another_hosts_database_arrives_with_its_type_message_and_SQLSTATE()
    {
        await using var proxy = HostilePostgres.Before(database.ConnectionString);
        await using var first = Silo("first", database.ConnectionString);
        await using var second = Silo("second", proxy.ConnectionString);
        await Task.WhenAll(first.StartAsync(), second.StartAsync());
        var grains = first.Services.GetRequiredService<IGrainFactory>();
        await Eventually.HoldsAsync("reminders of both hosts", async () => (await ErrorsAsync(grains)).TrueForAll(error => error is null));

        await database.ScalarAsync(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
            BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END $body$;
            CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON orleans_reminders FOR EACH ROW EXECUTE FUNCTION refuse();
            """);
        var refused = await RemoteErrorsAsync(grains);
        await database.ScalarAsync("DROP TRIGGER refuse ON orleans_reminders");

        proxy.Leave();
        var cut = await RemoteErrorsAsync(grains);
        proxy.Return();

        Assert.All(refused, error => Assert.Equal(("Npgsql.PostgresException", "53100", "Full"), (error.TypeName, error.SqlState, error.Fault)));
        Assert.All(refused, error => Assert.Equal("Npgsql.PostgresException: 53100: no room", error.Message));
        Assert.All(cut, error => Assert.Equal(("Npgsql.NpgsqlException", null, "Away"), (error.TypeName, error.SqlState, error.Fault)));
        await Eventually.HoldsAsync("reminders of both hosts again", async () => (await ErrorsAsync(grains)).TrueForAll(error => error is null));
    }

    /// <summary>The errors that came from another host than that of the grain.</summary>
    private static Task<List<ReminderError>> RemoteErrorsAsync(IGrainFactory grains) => Eventually.GivesAsync(
        "errors of another host",
        async () => (await ErrorsAsync(grains)).OfType<ReminderError>().Where(error => error.IsRemote).ToList() is { Count: > 0 } found ? found : null);

    private static async Task<List<ReminderError?>> ErrorsAsync(IGrainFactory grains) =>
        [.. await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => grains.GetGrain<IReminderProbe>(Guid.NewGuid().ToString()).RemindAsync().WaitAsync(Token)))];

    private static RunningHost Silo(string name, string connectionString)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["ConnectionStrings:choir"] = connectionString;
        builder.Configuration["Orleans:ClusterId"] = builder.Configuration["Orleans:ServiceId"] = "remote";
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.AddChoirStorage();
        builder.UseOrleans(silo => silo
            .UseChoirActors()
            .UseLittleMemory()
            .UseChoirClustering()
            .UseChoirReminders()
            .Configure<Orleans.Configuration.SiloOptions>(options => options.SiloName = name)
            .ConfigureEndpoints(IPAddress.Loopback, Loopback.FreePort(), Loopback.FreePort()));
        return new RunningHost(builder.Build());
    }
}
