using System.CommandLine;
using Choir.LoadTest.Commands;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Scaling;

namespace Choir.Tests.Unit.LoadTest.Scaling;

public class ScaleCommandTests
{
    [Fact]
    public void Without_the_option_a_running_Choir_is_tested() => Assert.Null(Load().GetValue(ScaleCommand.Scale));

    [Fact]
    public void The_numbers_of_hosts_are_read() => Assert.Equal([1, 2, 4], Load("--scale", "1,2,4").GetValue(ScaleCommand.Scale));

    [Theory]
    [InlineData("--scale", "0")]
    [InlineData("--scale", "1;2")]
    public void Wrong_numbers_are_refused(params string[] arguments) =>
        Assert.StartsWith("--scale takes numbers of actor hosts", Assert.Single(Load(arguments).Errors).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("--scale", "1,2", "--gateway", "http://localhost:5080")]
    [InlineData("--scale", "1,2", "--baseline", "before")]
    public void What_has_no_meaning_with_it_is_refused(params string[] arguments) => Assert.Equal(
        "--scale starts a Choir of its own for each run and compares these; leave out --gateway and --baseline.",
        Assert.Single(Load(arguments).Errors).Message);

    private static ParseResult Load(params string[] arguments) => ProfileCommand.Create(ProfileKind.Load).Parse(arguments);
}
