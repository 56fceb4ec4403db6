using System.CommandLine;
using Choir.LoadTest.Commands;
using Choir.LoadTest.Costs;
using Choir.LoadTest.Profiles;

namespace Choir.Tests.Unit.LoadTest.Commands;

public class CommandLineRunTests
{
    [Fact]
    public async Task A_wrong_option_is_answered_with_the_error_and_the_way_to_the_help()
    {
        var (exitCode, output, error) = await RunAsync("load", "--rate", "0");

        Assert.Equal(2, exitCode);
        Assert.Equal(
            ["--rate takes a number above 0, at most 100,000; it got \"0\".", "Run \"dotnet run -c Release --project Choir.LoadTest -- load --help\" for all options."],
            error);
        Assert.Empty(output);
    }

    [Fact]
    public async Task Without_arguments_the_help_is_shown()
    {
        var (exitCode, output, _) = await RunAsync();

        Assert.Equal(2, exitCode);
        Assert.Contains(output, line => line.TrimStart().StartsWith("load", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_help_shows_the_default_of_a_time_as_one_writes_it()
    {
        var (exitCode, output, _) = await RunAsync("costs", "--help");

        Assert.Equal(0, exitCode);
        Assert.Contains("default 30s", string.Join(' ', output.Select(line => line.Trim())), StringComparison.Ordinal);
        Assert.DoesNotContain(output, line => line.Contains("00:00:30", StringComparison.Ordinal));
    }

    private static async Task<(int ExitCode, string[] Output, string[] Error)> RunAsync(params string[] arguments)
    {
        var root = new RootCommand { ProfileCommand.Create(ProfileKind.Load), CostsCommand.Create() };
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await CommandLineRun.RunAsync(root, arguments, new InvocationConfiguration { Output = output, Error = error });
        return (exitCode, Lines(output), Lines(error));

        static string[] Lines(StringWriter writer) => writer.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }
}
