using System.CommandLine;
using System.Globalization;
using System.Numerics;
using Choir.LoadTest.Overhead.Measuring;

namespace Choir.LoadTest.Overhead;

/// <summary>The options of <see cref="MeasureOptions"/> on a command line.</summary>
internal static class MeasureSettings
{
    private static readonly MeasureOptions Defaults = new();

    private static readonly Option<long> Messages = Number(
        "--messages", "messages measured in each round of each scenario", Defaults.Messages, 1_000, 1_000_000_000L);

    private static readonly Option<long> WarmUp = Number(
        "--warm-up", "messages sent before those, until the code is compiled for the last time", Defaults.WarmUp, 0, 1_000_000_000L);

    private static readonly Option<int> Concurrency = Number(
        "--concurrency", "loops that send at the same time", Defaults.Concurrency, 1, 10_000);

    private static readonly Option<int> Actors = Number(
        "--actors", "actors that are sent to", Defaults.Actors, 1, 1_000_000);

    private static readonly Option<bool> ClientActivity = new("--client-activity")
    {
        Description = "start every call inside a root activity of the caller, in every scenario",
    };

    /// <summary>Adds them to a command.</summary>
    public static void AddTo(Command command)
    {
        command.Add(Messages);
        command.Add(WarmUp);
        command.Add(Concurrency);
        command.Add(Actors);
        command.Add(ClientActivity);
    }

    /// <summary>Reads them.</summary>
    public static MeasureOptions Read(ParseResult parsed) => new()
    {
        Messages = parsed.GetValue(Messages),
        WarmUp = parsed.GetValue(WarmUp),
        Concurrency = parsed.GetValue(Concurrency),
        Actors = parsed.GetValue(Actors),
        ClientActivity = parsed.GetValue(ClientActivity),
    };

    /// <summary>Writes them as they are read.</summary>
    public static string[] Write(MeasureOptions options) =>
    [
        Messages.Name, Text(options.Messages),
        WarmUp.Name, Text(options.WarmUp),
        Concurrency.Name, Text(options.Concurrency),
        Actors.Name, Text(options.Actors),
        .. options.ClientActivity ? (string[])[ClientActivity.Name] : [],
    ];

    /// <summary>An option that takes a whole number within a range, and says so when it does not get one.</summary>
    public static Option<T> Number<T>(string name, string meaning, T standard, T least, T most)
        where T : struct, IBinaryInteger<T>
    {
        var range = $"{least.ToString("N0", CultureInfo.InvariantCulture)} to {most.ToString("N0", CultureInfo.InvariantCulture)}";
        var option = new Option<T>(name)
        {
            Description = $"{meaning}, {range}",
            DefaultValueFactory = _ => standard,
            HelpName = "N",
        };
        option.CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            {
                return value;
            }

            result.AddError($"{name} takes a whole number from {range}; it got \"{text}\".");
            return standard;
        };
        return option;
    }

    private static string Text<T>(T number)
        where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);
}
