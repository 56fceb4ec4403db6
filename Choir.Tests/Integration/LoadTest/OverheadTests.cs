using System.Diagnostics;
using System.Text.Json;
using Choir.LoadTest.Overhead.Scenarios;

namespace Choir.Tests.Integration.LoadTest;

public class OverheadTests
{
    // One of each kind, because each is a process that compiles everything anew.
    private static readonly string[] Measured = ["bare", "choir-1", "propagation-1", "remote-no-skew"];

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task The_benchmark_measures_scenarios_side_by_side_and_writes_its_results()
    {
        var file = Path.GetTempFileName();
        try
        {
            var (code, output, errors) = await RunAsync(
                "overhead", "--rounds", "1", "--messages", "5000", "--warm-up", "1000", "--actors", "50", "--json", file,
                "--scenarios", string.Join(',', Measured));

            Assert.True(code == 0, errors);
            using var results = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
            var root = results.RootElement;
            Assert.Equal(1, root.GetProperty("rounds").GetInt32());
            Assert.Equal(Environment.ProcessorCount, root.GetProperty("machine").GetProperty("cores").GetInt32());
            var scenarios = root.GetProperty("scenarios").EnumerateArray().ToList();
            Assert.Equal(Measured, scenarios.Select(scenario => scenario.GetProperty("name").GetString()));
            foreach (var scenario in scenarios)
            {
                var round = Assert.Single(scenario.GetProperty("rounds").EnumerateArray());
                foreach (var figure in (string[])["cpuMicrosPerMessage", "messagesPerSecond", "bytesPerMessage"])
                {
                    Assert.True(scenario.GetProperty(figure).GetDouble() > 0, $"{figure} of {scenario}");
                    Assert.Equal(scenario.GetProperty(figure).GetDouble(), round.GetProperty(figure).GetDouble());
                }
            }

            Assert.Equal(Measured.Length - 1, root.GetProperty("ratios").GetArrayLength());
            Assert.Equal(4, root.GetProperty("targets").GetArrayLength());

            Assert.All(scenarios, scenario => Assert.Contains($"\n{scenario.GetProperty("name")} ", output, StringComparison.Ordinal));
            Assert.Contains("CPU time added to a message", output, StringComparison.Ordinal);
            Assert.Contains("Round 1 of 1: remote-no-skew", errors, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Many_live_actors_have_the_same_series_as_few()
    {
        var (code, output, errors) = await RunAsync("live-actors", "--actors", "1000", "--few", "100");
        Assert.True(code == 0, output + errors);
        Assert.Matches("grain-observed: ([1-9][0-9]*) series with 100 actors, \\1 with 1,000 \\(the same: met\\)", output);
        Assert.Matches("choir-1: ([1-9][0-9]*) series with 100 actors, \\1 with 1,000 \\(the same: met\\)", output);
        Assert.Matches("choir-1: [0-9,]+ B of heap an actor, bare [0-9,]+ B", output);
    }

    [Fact]
    public void All_but_the_scenarios_of_single_parts_are_measured_by_default() => Assert.Equal(
        ["bare", "choir-1", "choir-100", "propagation-1", "propagation-100", "dashboard"], Scenario.Default.Select(scenario => scenario.Name));

    [Fact]
    public async Task An_invalid_option_exits_with_2_and_measures_nothing()
    {
        var (code, _, errors) = await RunAsync("overhead", "--rounds", "none");
        Assert.Equal(2, code);
        Assert.Contains("--rounds takes a whole number from 1 to 100; it got \"none\".", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Round", errors, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Choir.LoadTest.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var program = Process.Start(start)!;
        try
        {
            using var timeout = new CancellationTokenSource(Timeout);
            var output = program.StandardOutput.ReadToEndAsync(timeout.Token);
            var errors = program.StandardError.ReadToEndAsync(timeout.Token);
            await program.WaitForExitAsync(timeout.Token);
            return (program.ExitCode, await output, await errors);
        }
        finally
        {
            if (!program.HasExited)
            {
                program.Kill(entireProcessTree: true);
            }
        }
    }
}
