using System.CommandLine;
using Choir.LoadTest.Commands;
using Choir.LoadTest.Engine;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Progress;

namespace Choir.Tests.Unit.LoadTest.Commands;

public class ProfileCommandTests
{
    [Fact]
    public void Options_replace_values_of_the_profile()
    {
        var parsed = Parse("--rate", "12.5", "--users", "7", "--duration", "90s", "--warm-up", "0s", "--seed", "3", "--gateway", "https://choir.example:8443");
        Assert.Empty(parsed.Errors);
        var profile = ProfileOptions.ReadProfile(parsed, ProfileKind.Load);
        Assert.Equal((12.5, 7, 3), (profile.Stages[0].FromRate, profile.Users, profile.Seed));
        Assert.Equal((TimeSpan.FromSeconds(90), TimeSpan.Zero), (profile.Duration, profile.WarmUp));
        Assert.Equal(new Uri("https://choir.example:8443"), parsed.GetValue(ProfileOptions.Gateway));
    }

    [Theory]
    [InlineData("--rate takes a number above 0, at most 100,000; it got \"0\".", "--rate", "0")]
    [InlineData("--rate takes a number above 0, at most 100,000; it got \"NaN\".", "--rate", "NaN")]
    [InlineData("--users takes a whole number from 1 to 10,000; it got \"1e3\".", "--users", "1e3")]
    [InlineData("--duration takes a time such as 500ms, 90s, 5m, 2h, or a number of seconds; it got \"9x\".", "--duration", "9x")]
    [InlineData("--gateway takes an address such as http://localhost:5080/; it got \"localhost:5080\".", "--gateway", "localhost:5080")]
    [InlineData("--gateway takes an address such as http://localhost:5080/; it got \"http://localhost/threads\".", "--gateway", "http://localhost/threads")]
    public void A_wrong_value_is_refused_with_the_value(string error, params string[] arguments) =>
        Assert.Equal([error], Parse(arguments).Errors.Select(problem => problem.Message));

    [Fact]
    public void A_time_without_a_unit_is_in_seconds_as_in_the_command_of_Aspire() =>
        Assert.Equal(TimeSpan.FromSeconds(90), ProfileOptions.ReadProfile(Parse("--duration", "90"), ProfileKind.Load).Duration);

    [Fact]
    public void A_test_that_becomes_too_short_is_refused() =>
        Assert.Equal(
            ["Stage \"steady\" must take at least 1s."],
            Assert.Throws<ProfileException>(() => ProfileOptions.ReadProfile(Parse("--duration", "10ms"), ProfileKind.Load)).Errors);

    [Fact]
    public void The_address_is_that_of_the_option_then_of_Aspire_then_the_default()
    {
        Assert.Equal("http://a:1/", Address("http://a:1", "http://b:2"));
        Assert.Equal("http://b:2/", Address(null, "http://b:2"));
        Assert.Equal("http://localhost:5080/", Address(null, null));
        Assert.Equal("http://localhost:5080/", Address(null, "nonsense"));

        static string Address(string? option, string? variable) => GatewayTarget.Of(
            option is null ? null : new Uri(option), name => name == GatewayTarget.AddressVariable ? variable : null).Address.ToString();
    }

    [Fact]
    public void A_missing_or_impossible_key_is_one_clear_sentence()
    {
        Assert.StartsWith("CHOIR_API_KEY is not set.", KeyProblem(null), StringComparison.Ordinal);
        Assert.StartsWith("CHOIR_API_KEY is not set.", KeyProblem(""), StringComparison.Ordinal);
        Assert.StartsWith("CHOIR_API_KEY has a space", KeyProblem("a b"), StringComparison.Ordinal);
        Assert.Null(KeyProblem("abc"));

        static string? KeyProblem(string? key) => GatewayTarget.Of(null, name => name == GatewayTarget.KeyVariable ? key : null).KeyProblem();
    }

    [Fact]
    public void Only_requests_to_other_servers_need_no_gateway()
    {
        Assert.True(GatewayRun.UsesGateway(BuiltInProfiles.Of(ProfileKind.Load)));
        Assert.False(GatewayRun.UsesGateway(Http("http://localhost:1/x")));
        Assert.True(GatewayRun.UsesGateway(Http("/x")));

        static LoadProfile Http(string url) => BuiltInProfiles.Steady("own", 1, TimeSpan.FromSeconds(1)) with
        {
            Scenarios = [new ScenarioShare("own", "http", 1, new Dictionary<string, string> { ["url"] = url })],
        };
    }

    [Fact]
    public void A_line_of_progress_has_everything_that_matters() =>
        Assert.Equal(
            "   1:05  steady            29.6/s of 30.0/s  p50 12ms  p95 900µs  p99 1.50s  errors 0.2/s  in flight 3  waiting 1,200  CPU 80 %",
            LiveProgress.Line(new RunView(
                "steady", 65.4, 120, 30, new RecentFigures(29.6, 0.2, 0.012, 0.0009, 1.5), 3, 1_200, 200, ["CPU 80 %"])));

    [Fact]
    public void While_the_last_answers_are_waited_for_there_is_no_intended_rate() =>
        Assert.StartsWith(
            "   1:00  waiting for the last answers       1.8/s  p50 ",
            LiveProgress.Line(new RunView(
                "waiting for the last answers", 60, 60, Rate: null, new RecentFigures(1.8, 0, 0.012, 0.0009, 1.5), 3, 0, 200, [])),
            StringComparison.Ordinal);

    private static ParseResult Parse(params string[] arguments) => ProfileCommand.Create(ProfileKind.Load).Parse(arguments);
}
