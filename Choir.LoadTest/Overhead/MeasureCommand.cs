using System.CommandLine;
using Choir.LoadTest.Overhead.Measuring;
using Choir.LoadTest.Overhead.Scenarios;

namespace Choir.LoadTest.Overhead;

/// <summary>The hidden command with which the benchmark starts a process for each scenario of each round.</summary>
internal static class MeasureCommand
{
    private const string Name = "measure";

    private static readonly Argument<string> ScenarioName = new Argument<string>("scenario")
        .AcceptOnlyFromAmong([.. Scenario.All.Select(scenario => scenario.Name)]);

    private static readonly Option<Uri> Sink = new("--sink")
    {
        Required = true, CustomParser = result => new Uri(result.Tokens.Single().Value),
    };

    public static Command Create()
    {
        var command = new Command(Name, "Measures one scenario in this process.") { Hidden = true };
        command.Add(ScenarioName);
        command.Add(Sink);
        MeasureSettings.AddTo(command);
        command.SetAction((parsed, cancellationToken) => MeasuredProcess.RunAsync(
            Scenario.Find(parsed.GetValue(ScenarioName)!)!,
            MeasureSettings.Read(parsed),
            parsed.GetValue(Sink)!,
            cancellationToken));
        return command;
    }

    /// <summary>The command line that measures a scenario.</summary>
    public static string[] Arguments(string scenario, MeasureOptions options, Uri sink) =>
        [Name, scenario, "--sink", sink.AbsoluteUri, .. MeasureSettings.Write(options)];
}
