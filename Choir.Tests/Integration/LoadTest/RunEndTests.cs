using System.CommandLine;
using Choir.LoadTest.Commands;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.LoadTest;

/// <summary>With which exit code a load test ends, and what it leaves.</summary>
public sealed class RunEndTests : IDisposable
{
    private const string Profile = """
        users: 5
        warm-up: 0s
        rate: 5
        duration: 1s
        scenarios: [{ scenario: http, url: /work }]
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_wrong_key_is_wrong_usage_of_all_commands()
    {
        await using var gateway = await ScriptedGateway.StartAsync();
        Assert.Equal(ProfileCommand.BadUsage, await RunAsync(gateway, "wrong", _folder.File("out")));
        Assert.Equal(ProfileCommand.BadUsage, await InvokeAsync(CalibrateCommand.Create(Environment("wrong")), gateway, "--calibration", _folder.File("calibration.json")));
        Assert.DoesNotContain("GET /work", gateway.Requests);
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    [Fact]
    public async Task The_report_is_written_and_the_result_is_stored()
    {
        await using var gateway = await ScriptedGateway.StartAsync();
        Assert.Equal(0, await RunAsync(gateway, ScriptedGateway.Key, _folder.File("a/b")));
        Assert.True(File.Exists(Path.Combine(_folder.File("a/b"), ReportFiles.Html)));
        Assert.Single(gateway.Requests, "POST /load-tests");
    }

    [Fact]
    public async Task A_test_whose_operations_all_fail_has_failed_without_objectives_of_its_own_too()
    {
        await using var gateway = await ScriptedGateway.StartAsync();
        foreach (var kind in (string[])["", "kind: spike\nspike: { before: 1s, duration: 1s, after: 1s }\n", "kind: endurance\n"])
        {
            var profile = kind + Profile.Replace("/work", "/none", StringComparison.Ordinal);
            profile = kind.Contains("spike", StringComparison.Ordinal) ? profile.Replace("duration: 1s\nscenarios", "scenarios", StringComparison.Ordinal) : profile;
            Assert.Equal(ProfileCommand.Failed, await RunAsync(gateway, ScriptedGateway.Key, _folder.File("out"), profile));
        }

        Assert.Equal(0, await RunAsync(gateway, ScriptedGateway.Key, _folder.File("out"), Profile.Replace("/work", "/none", StringComparison.Ordinal) + "\nobjectives: []"));
    }

    [Fact]
    public async Task Where_no_file_can_be_written_nothing_is_run()
    {
        await using var gateway = await ScriptedGateway.StartAsync();
        var file = _folder.File("a-file");
        await File.WriteAllTextAsync(file, "x", TestContext.Current.CancellationToken);
        foreach (var place in (string[])[file, Path.Combine(file, "below")])
        {
            Assert.Equal(ProfileCommand.BadUsage, await RunAsync(gateway, ScriptedGateway.Key, place));
            Assert.Equal(ProfileCommand.BadUsage, await InvokeAsync(ProfileCommand.Create(ProfileKind.Load), gateway: null, "--scale", "1", "--output", place));
        }

        foreach (var place in (string[])[_folder.Path, Path.Combine(file, "calibration.json")])
        {
            Assert.Equal(ProfileCommand.BadUsage, await InvokeAsync(CalibrateCommand.Create(Environment(ScriptedGateway.Key)), gateway, "--calibration", place));
        }

        Assert.Empty(gateway.Requests);
    }

    [Fact]
    public async Task A_result_whose_files_cannot_be_written_after_the_run_is_stored()
    {
        var output = _folder.File("out");
        await using var gateway = await ScriptedGateway.StartAsync(() => File.WriteAllText(output, "A file where the folder would be."));
        Assert.Equal(ProfileCommand.Failed, await RunAsync(gateway, ScriptedGateway.Key, output));
        Assert.Single(gateway.Requests, "POST /load-tests");
    }

    private Task<int> RunAsync(ScriptedGateway gateway, string key, string output, string text = Profile) =>
        InvokeProfileAsync(text, ProfileCommand.Create(KindOf(text), Environment(key)), gateway, "--output", output);

    private Task<int> InvokeAsync(Command command, ScriptedGateway? gateway, params string[] arguments) => InvokeProfileAsync(Profile, command, gateway, arguments);

    private async Task<int> InvokeProfileAsync(string text, Command command, ScriptedGateway? gateway, params string[] arguments)
    {
        var profile = _folder.File("profile.yaml");
        await File.WriteAllTextAsync(profile, text, TestContext.Current.CancellationToken);
        string[] address = gateway is null ? [] : ["--gateway", gateway.Address.AbsoluteUri];
        var parsed = command.Parse(["--file", profile, "--quiet", .. address, .. arguments]);
        Assert.Empty(parsed.Errors);
        return await parsed.InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
    }

    private static ProfileKind KindOf(string text) => ProfileFile.Parse(text, "profile.yaml").Kind;

    private static Func<string, string?> Environment(string key) => name => name == GatewayTarget.KeyVariable ? key : null;
}
