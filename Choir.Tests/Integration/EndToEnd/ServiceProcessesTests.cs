using System.Net;
using System.Net.Http.Headers;
using Choir.Storage;
using Choir.Tests.Support;
using Choir.Tests.Support.Hostile;

namespace Choir.Tests.Integration.EndToEnd;

/// <summary>The real services as processes, without the AppHost.</summary>
public sealed class ServiceProcessesTests(PostgresFixture postgres, DatabaseFixture database) : IClassFixture<DatabaseFixture>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_restart_of_an_actor_is_answered_with_503_while_its_host_cannot_use_the_database(bool isActive)
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var proxy = HostilePostgres.Before(connectionString);
        (string, string)[] settings = [("CHOIR_API_KEY", "key")];
        await using var host = await ActorHostProcess.StartAsync(proxy.ConnectionString, settings);
        await using var gateway = await GatewayProcess.StartAsync(connectionString, settings);
        using var http = new HttpClient { BaseAddress = await gateway.AddressAsync() };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "key");
        await Eventually.HoldsAsync("the gateway to be ready", async () =>
        {
            using var ready = await http.GetAsync(new Uri("/ready", UriKind.Relative), TestContext.Current.CancellationToken);
            return ready.IsSuccessStatusCode;
        });
        var thread = ThreadIds.New(TimeProvider.System);
        if (isActive)
        {
            using var started = await RestartAsync();
            Assert.Equal(HttpStatusCode.NoContent, started.StatusCode);
        }

        proxy.Leave();
        using (var refused = await RestartAsync())
        {
            var body = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (refused.StatusCode, body.Contains("\"database_unavailable\"", StringComparison.Ordinal)));
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        proxy.Return();
        await Eventually.HoldsAsync("the restart", async () =>
        {
            using var restarted = await RestartAsync();
            return restarted.StatusCode == HttpStatusCode.NoContent;
        });

        Task<HttpResponseMessage> RestartAsync() => http.PostAsync(
            new Uri($"/actors/ThreadActor/{thread}/restart", UriKind.Relative), content: null, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task They_have_the_names_of_the_rules_start_without_false_warnings_and_leave_nothing_behind_when_they_are_stopped(string signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), Processes.Need);
        (string, string)[] settings = [("CHOIR_API_KEY", "key"), ("Orleans__ClusterId", signal)];
        await using var host = await ActorHostProcess.StartAsync(database.ConnectionString, settings);
        await using var gateway = await GatewayProcess.StartAsync(database.ConnectionString, settings);
        var targets = new MetricsTargetStore(database.DataSource);
        await Eventually.HoldsAsync("both targets", async () => await ServicesAsync() is ["actor-host", "gateway"]);

        await gateway.StopAsync(signal);
        Assert.Equal(["actor-host"], await ServicesAsync());
        await host.StopAsync(signal);
        Assert.Empty(await ServicesAsync());

        // Of Orleans' watchdog and reminders, at each start, without a cause.
        Assert.DoesNotContain("participant_check", host.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("fast_reminder_interval", host.Log, StringComparison.Ordinal);

        async Task<IReadOnlyList<string>> ServicesAsync() =>
            [.. (await targets.ListAsync(TestContext.Current.CancellationToken) ?? []).Select(target => target.Service).Order(StringComparer.Ordinal)];
    }
}
