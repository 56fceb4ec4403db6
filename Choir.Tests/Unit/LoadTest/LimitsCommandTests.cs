using System.CommandLine;
using Choir.LoadTest.Limits;

namespace Choir.Tests.Unit.LoadTest;

public class LimitsCommandTests
{
    [Theory]
    [InlineData("", "Name what to compare: --gateway URL, --database CONNECTION or both.")]
    [InlineData("--gateway localhost", "--gateway takes an address such as http://localhost:5080; it got \"localhost\".")]
    [InlineData("--database Host=localhost --rounds 0", "--rounds takes a whole number from 1 to 100; it got \"0\".")]
    public void A_command_line_that_compares_nothing_is_refused_with_a_sentence(string arguments, string error) =>
        Assert.Contains(error, Errors(arguments));

    [Theory]
    [InlineData("--gateway http://localhost:5080")]
    [InlineData("--database Host=localhost --clients 8 --seconds 2")]
    public void One_side_is_enough(string arguments) => Assert.Empty(Errors(arguments));

    private static List<string> Errors(string arguments) =>
        [.. LimitsCommand.Create().Parse(arguments).Errors.Select(error => error.Message)];
}
