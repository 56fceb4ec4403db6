using System.CommandLine;
using System.Globalization;
using System.Numerics;
using Choir.LoadTest.Overhead.Measuring;

namespace Choir.LoadTest.Overhead;

/// <summary><see cref="MeasureOptions"/> as command-line options.</summary>
internal static class MeasureSettings
{
    private static readonly MeasureOptions Defaults = new();

    private static readonly Option<long> Messages = Number(
        "--messages", "messages measured in each round of each scenario", Defaults.Messages, 1_000, 1_000_000_000L);

    private static readonly Option<long> WarmUp = Number(
        "--warm-up", "messages sent before those, so that all code is compiled with optimization", Defaults.WarmUp, 0, 1_000_000_000L);

    private static readonly Option<int> Concurrency = Number(
        "--concurrency", "loops that send concurrently", Defaults.Concurrency, 1, 10_000);

    private static readonly Option<int> Actors = Number(
        "--actors", "number of actors that receive messages", Defaults.Actors, 1, 1_000_000);

    private static readonly Option<bool> ClientActivity = new("--client-activity")
    {
        Description = "start every call inside a root activity of the caller, in every scenario",
    };

    public static void AddTo(Command command)
    {
        command.Add(Messages);
        command.Add(WarmUp);
        command.Add(Concurrency);
        command.Add(Actors);
        command.Add(ClientActivity);
    }

    public static MeasureOptions Read(ParseResult parsed) => new()
    {
        Messages = parsed.GetValue(Messages),
        WarmUp = parsed.GetValue(WarmUp),
        Concurrency = parsed.GetValue(Concurrency),
        Actors = parsed.GetValue(Actors),
        ClientActivity = parsed.GetValue(ClientActivity),
    };

    /// <summary>The arguments from which <see cref="Read"/> reads the same options.</summary>
    public static string[] Write(MeasureOptions options) =>
    [
        Messages.Name, Text(options.Messages),
        WarmUp.Name, Text(options.WarmUp),
        Concurrency.Name, Text(options.Concurrency),
        Actors.Name, Text(options.Actors),
        .. options.ClientActivity ? (string[])[ClientActivity.Name] : [],
    ];

    /// <summary>An option that takes a whole number within a range.</summary>
    public static Option<T> Number<T>(string name, string meaning, T defaultValue, T min, T max)
        where T : struct, IBinaryInteger<T>
    {
        var range = $"{min.ToString("N0", CultureInfo.InvariantCulture)} to {max.ToString("N0", CultureInfo.InvariantCulture)}";
        var option = new Option<T>(name)
        {
            Description = $"{meaning}, {range}",
            DefaultValueFactory = _ => defaultValue,
            HelpName = "N",
        };
        option.CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
            {
                return value;
            }

            result.AddError($"{name} takes a whole number from {range}; it got \"{text}\".");
            return defaultValue;
        };
        return option;
    }

    private static string Text<T>(T number)
        where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);
}
