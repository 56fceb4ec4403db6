using Aspire.Hosting.ApplicationModel;
using Choir.AppHost.Commands;
using Choir.AppHost.LoadTests;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.AppHost.Commands;

public sealed class LoadTestCommandsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("choir-load-test-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(null, null, null, "spike --duration 60s --warm-up 5s --output DIR")]
    [InlineData("", " ", "", "spike --duration 60s --warm-up 5s --output DIR")]
    [InlineData("30", "0.5", "7", "spike --duration 30s --warm-up 5s --output DIR --rate 0.5 --users 7")]
    public void Arguments_of_a_command_are_options_of_the_load_test(string? duration, string? rate, string? users, string arguments) =>
        Assert.Equal(arguments, string.Join(' ', Request(duration, rate, users).Arguments("DIR")));

    [Theory]
    [InlineData("1", null, null, "The duration must be a whole number of seconds from 5 to 86400.")]
    [InlineData("30.5", null, null, "The duration must be")]
    [InlineData("30s", null, null, "The duration must be")]
    [InlineData("1e99", null, null, "The duration must be")]
    [InlineData(null, "0", null, "The rate must be")]
    [InlineData(null, "NaN", null, "The rate must be")]
    [InlineData(null, "-1", null, "The rate must be")]
    [InlineData(null, null, "1.5", "The users must be")]
    [InlineData(null, null, "10001", "The users must be")]
    public void An_argument_that_is_not_valid_is_refused_with_its_range(string? duration, string? rate, string? users, string message) =>
        Assert.StartsWith(message, Assert.Throws<CommandException>(() => Request(duration, rate, users)).Message, StringComparison.Ordinal);

    [Fact]
    public void While_a_test_is_requested_another_one_is_refused()
    {
        var runs = Runs();
        Assert.True(runs.TryRequest(new LoadTestRequest("spike", 10)));
        Assert.False(runs.TryRequest(new LoadTestRequest("load", 10)));
        Assert.Equal("spike", runs.Start()[0]);
        runs.End();
        Assert.True(runs.TryRequest(new LoadTestRequest("load", 10)));
    }

    [Fact]
    public void A_start_without_a_command_runs_the_load_profile()
    {
        var runs = Runs();
        var arguments = runs.Start();
        Assert.Equal("load", arguments[0]);
        Assert.Contains(runs.Output, arguments);
        Assert.EndsWith("2000-01-01T00-00-00-load", runs.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, true, "The spike test passed.")]
    [InlineData(1, false, "The spike test failed.")]
    [InlineData(130, false, "The spike test was ended early.")]
    public async Task The_result_has_links_and_the_report(int exitCode, bool succeeded, string message)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "report.md"), "## The report\n", Token);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "report.html"), "<html>", Token);

        var result = await ResultAsync(exitCode);

        Assert.Equal((succeeded, message), (result.Success, result.Message));
        Assert.Equal(CommandResultFormat.Markdown, result.Data!.Format);
        Assert.Equal(
            $"""
            - [Report with charts](<{new Uri(Path.Combine(_folder.FullName, "report.html")).AbsoluteUri}>): `{_folder.FullName}/report.html`
            - [Trends of this profile](<http://localhost:5080/load-tests/trends#spike>)

            ## The report
            """,
            result.Data.Value);
    }

    [Fact]
    public async Task The_result_of_a_failed_test_says_why()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "report.md"), "## ❌ Load test `spike` failed: 1 of 3 objectives were missed\n\nMore.", Token);
        Assert.Equal("The spike test failed: 1 of 3 objectives were missed.", (await ResultAsync(1)).Message);
    }

    [Fact]
    public async Task A_test_without_a_report_is_a_failure_that_names_its_log()
    {
        var result = await ResultAsync(2);
        Assert.False(result.Success);
        Assert.Equal("The spike test wrote no report (exit code 2). Its log says why: dotnet aspire logs load-test", result.Message);
    }

    [Theory]
    [InlineData("NotStarted", true)]
    [InlineData("Finished", true)]
    [InlineData("FailedToStart", true)]
    [InlineData("Waiting", false)]
    [InlineData("Starting", false)]
    [InlineData("Running", false)]
    [InlineData(null, false)]
    public void A_command_that_starts_its_resource_is_enabled_only_while_it_does_not_run(string? state, bool offered)
    {
        var command = new ChoirCommand
        {
            Name = "test", DisplayName = "Test", Description = "A test.", Icon = "Key", StartsResource = true,
            Execute = (_, _) => throw new NotSupportedException(),
        };
        Assert.Equal(offered ? ResourceCommandState.Enabled : ResourceCommandState.Disabled, command.StateFor(state, health: null));
    }

    private static LoadTestRequest Request(string? duration, string? rate, string? users) => LoadTestCommands.Request(
        "spike", 60, name => name switch { "duration" => duration, "rate" => rate, "users" => users, _ => throw new ArgumentException(name) });

    private static LoadTestRuns Runs() => new("/reports", new FakeTimeProvider());

    private Task<ExecuteCommandResult> ResultAsync(int exitCode) => LoadTestResultText.OfAsync(
        new LoadTestRequest("spike", 60), exitCode, _folder.FullName, new Uri("http://localhost:5080/load-tests/trends#spike"), Token);
}
