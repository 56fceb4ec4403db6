using System.Diagnostics;
using System.Text.Json;
using Choir.LoadTest.Commands;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.LoadTest;

/// <summary>The load test as users run it, against real services.</summary>
public sealed class LoadTests(PostgresFixture postgres)
{
    private const string Profile = """
        name: everything
        users: 20
        warm-up: 1s
        rate: 10
        duration: 2s
        scenarios:
          conversation: 1
          message: 1
          hot-key: { share: 1, ids: 5 }
          read: { share: 1, threads: 1 }
          events: 1
          own: { scenario: http, share: 1, url: "/actors/test_actor/{uuid}/messages", method: POST, body: '{"type": "PING", "data": {"n": {n}}}' }
        objectives: [errors.share <= 0%, p99 <= 1m]
        """;

    [Fact]
    public async Task All_scenarios_run_against_real_services_and_the_report_has_them()
    {
        var connectionString = await postgres.CreateDatabaseAsync();
        (string, string)[] settings = [("CHOIR_API_KEY", "key")];
        await using var host = await ActorHostProcess.StartAsync(connectionString, settings);
        await using var gateway = await GatewayProcess.StartAsync(connectionString, settings);
        var address = await gateway.AddressAsync();
        await ReadyAsync(address);
        using var folder = new TemporaryFolder();
        var file = folder.File("profile.yaml");
        await File.WriteAllTextAsync(file, Profile, TestContext.Current.CancellationToken);
        var output = folder.File("out");

        var (exitCode, text, error) = await RunAsync("key", "load", "--file", file, "--gateway", address.ToString(), "--output", output);
        Assert.True(exitCode == 0, $"{text}\n{error}");
        Assert.Contains("Passed.", text, StringComparison.Ordinal);
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(output, "report.json"), TestContext.Current.CancellationToken));
        var scenarios = report.RootElement.GetProperty("scenarios").EnumerateArray().ToList();
        Assert.Equal(
            ["conversation", "message", "hot-key", "read", "events", "own"], scenarios.Select(scenario => scenario.GetProperty("name").GetString()!));
        Assert.NotEmpty(report.RootElement.GetProperty("system").GetProperty("processes").EnumerateArray());
        Assert.All(scenarios, scenario => Assert.Equal(scenario.GetProperty("started").GetInt64(), scenario.GetProperty("succeeded").GetInt64()));

        (exitCode, _, error) = await RunAsync("wrong", "load", "--gateway", address.ToString(), "--output", output);
        Assert.Equal((ProfileCommand.BadUsage, $"{address} refused the key in CHOIR_API_KEY. The terminal that runs Choir prints the right one."), (exitCode, error.Trim()));
    }

    private static async Task ReadyAsync(Uri address)
    {
        using var http = new HttpClient { BaseAddress = address };
        await Eventually.HoldsAsync("the gateway to be ready", async () =>
        {
            using var ready = await http.GetAsync(new Uri("/ready", UriKind.Relative), TestContext.Current.CancellationToken);
            return ready.IsSuccessStatusCode;
        });
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string key, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Choir.LoadTest.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["CHOIR_API_KEY"] = key;
        using var process = Process.Start(start)!;
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await Task.WhenAll(output, error, process.WaitForExitAsync()).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
