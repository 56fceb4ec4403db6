using System.CommandLine;
using Choir.LoadTest.Overhead;
using Choir.LoadTest.Overhead.Measuring;

namespace Choir.Tests.Unit.LoadTest;

public class OverheadOptionsTests
{
    [Fact]
    public void Without_options_the_default_scenarios_are_measured_five_times()
    {
        var parsed = Parse(OverheadCommand.Create());
        Assert.Empty(parsed.Errors);
        Assert.Equal(5, parsed.GetValue<int>("--rounds"));
        Assert.Equal(new MeasureOptions(), MeasureSettings.Read(parsed));
        Assert.Equal(
            ["bare", "choir-1", "choir-100", "propagation-1", "propagation-100", "dashboard"], Names(parsed));
    }

    [Fact]
    public void A_process_reads_the_options_that_were_written_for_it()
    {
        var options = new MeasureOptions
        {
            Messages = 5_000_000_000 / 10, WarmUp = 0, Concurrency = 3, Actors = 7, ClientActivity = true,
        };
        var arguments = MeasureCommand.Arguments("dashboard", options, new Uri("http://127.0.0.1:4317"));
        var parsed = Parse(MeasureCommand.Create(), arguments[1..]);
        Assert.Empty(parsed.Errors);
        Assert.Equal(options, MeasureSettings.Read(parsed));
        Assert.Equal("dashboard", parsed.GetValue<string>("scenario"));
        Assert.Equal(new Uri("http://127.0.0.1:4317"), parsed.GetValue<Uri>("--sink"));
    }

    [Fact]
    public void Scenarios_are_in_the_order_of_the_report_and_each_once() =>
        Assert.Equal(["bare", "choir-1"], Names(Parse(OverheadCommand.Create(), "--scenarios", "choir-1, bare,choir-1")));

    [Fact]
    public void Scenarios_of_single_parts_can_be_named() =>
        Assert.Equal(
            ["choir-1", "no-known-actors", "remote", "remote-no-skew"],
            Names(Parse(OverheadCommand.Create(), "--scenarios", "choir-1,no-known-actors,remote,remote-no-skew")));

    [Theory]
    [InlineData("--rounds takes a whole number from 1 to 100; it got \"0\".", "--rounds", "0")]
    [InlineData("--messages takes a whole number from 1,000 to 1,000,000,000; it got \"1e6\".", "--messages", "1e6")]
    [InlineData("--concurrency takes a whole number from 1 to 10,000; it got \"-1\".", "--concurrency=-1")]
    [InlineData("--actors takes a whole number from 1 to 1,000,000; it got \"1000001\".", "--actors", "1000001")]
    [InlineData("--scenarios names none.", "--scenarios", ",")]
    public void An_invalid_value_is_refused_with_the_value_and_the_range(string error, params string[] arguments) =>
        Assert.Equal([error], Parse(OverheadCommand.Create(), arguments).Errors.Select(problem => problem.Message));

    [Fact]
    public void An_unknown_scenario_is_refused_with_the_names_of_all() =>
        Assert.Equal(
            "There is no scenario \"fast\". There are: bare, choir-1, choir-100, propagation-1, propagation-100, dashboard, "
            + "grain-noop-filters, grain-observed, grain-noop-callers, grain-observed-callers, no-known-actors, remote, remote-no-skew.",
            Parse(OverheadCommand.Create(), "--scenarios", "bare,fast").Errors.Single().Message);

    [Fact]
    public void A_results_file_in_a_missing_folder_is_refused()
    {
        var missing = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Assert.Contains(missing, Parse(OverheadCommand.Create(), "--json", Path.Combine(missing, "out.json")).Errors.Single().Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Each_round_measures_every_scenario_once_and_starts_with_the_next_one() =>
        Assert.Equal(
            [[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 1, 2]],
            Enumerable.Range(0, 4).Select(round => OverheadRun.Order(3, round)));

    private static ParseResult Parse(Command command, params string[] arguments) => command.Parse(arguments);

    private static IEnumerable<string> Names(ParseResult parsed) =>
        OverheadCommand.ScenariosOf(parsed).Select(scenario => scenario.Name);
}
