using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Scenarios;

namespace Choir.LoadTest.Commands;

/// <summary>The options of the commands that run a profile.</summary>
internal static class ProfileOptions
{
    public static readonly Option<FileInfo?> ProfilePath = new("--file")
    {
        Description = "a profile (YAML or JSON) instead of the built-in one", HelpName = "FILE",
    };

    public static readonly Option<Uri?> Gateway = new("--gateway")
    {
        Description = $"the address of Choir's gateway; default {GatewayTarget.DefaultAddress}", HelpName = "URL", CustomParser = ParseAddress,
    };

    public static readonly Option<double?> Rate = new("--rate")
    {
        Description = "operations per second of the first stage; the other stages change in proportion", HelpName = "N", CustomParser = ParseRate,
    };

    public static readonly Option<int?> Users = new("--users")
    {
        Description = "the most operations in flight at a time",
        HelpName = "N",
        CustomParser = result => ParseWhole(result, "--users", 1, ProfileRules.MaxUsers),
    };

    public static readonly Option<TimeSpan?> Duration = new("--duration")
    {
        Description = "the measured time (of a stress test: the most, without refinements); all stages change in proportion",
        HelpName = "TIME",
        CustomParser = result => ParseDuration(result, "--duration"),
    };

    public static readonly Option<TimeSpan?> WarmUp = new("--warm-up")
    {
        Description = "the time before the measurement, at the first stage's rate",
        HelpName = "TIME",
        CustomParser = result => ParseDuration(result, "--warm-up"),
    };

    public static readonly Option<int?> Seed = new("--seed")
    {
        Description = "the seed of everything random; the same seed repeats starts, ids and texts",
        HelpName = "N",
        CustomParser = result => ParseWhole(result, "--seed", 0, int.MaxValue),
    };

    public static readonly Option<DirectoryInfo?> Output = new("--output")
    {
        Description = "the folder for the report; default load-tests/START-NAME", HelpName = "DIR",
    };

    public static readonly Option<bool> Profile = new("--profile")
    {
        Description = "also profile the processes on this machine: CPU time and memory by actor type, hottest methods. It slows them down",
    };

    public static readonly Option<bool> Quiet = new("--quiet") { Description = "no progress, only the summary" };

    /// <summary>All but <see cref="Output"/> and <see cref="Profile"/>, which only commands with a report have.</summary>
    public static IReadOnlyList<Option> OfRun { get; } = [ProfilePath, Gateway, Rate, Users, Duration, WarmUp, Seed, Quiet];

    public static void AddTo(Command command)
    {
        foreach (var option in OfRun.Concat([Output, Profile]))
        {
            command.Add(option);
        }
    }

    /// <summary>The profile of a command line.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="kind">The kind of the command; null takes that of the file.</param>
    /// <exception cref="ProfileException">It cannot be used.</exception>
    public static LoadProfile ReadProfile(ParseResult parsed, ProfileKind? kind)
    {
        var profile = parsed.GetValue(ProfilePath) is { } file
            ? ProfileFile.Read(file, profile => OtherKind(profile, kind, file.Name).Concat(ScenarioCatalog.Check(profile)))
            : BuiltInProfiles.Of(kind ?? ProfileKind.Load);
        var overrides = new ProfileOverrides(
            parsed.GetValue(Rate), parsed.GetValue(Duration), parsed.GetValue(Users), parsed.GetValue(WarmUp), parsed.GetValue(Seed));
        profile = overrides.Apply(profile);
        return ProfileRules.Check(profile) is { Count: > 0 } errors ? throw new ProfileException(errors) : profile;
    }

    public static string Name(ProfileKind kind) => kind.ToString().ToLowerInvariant();

    private static IEnumerable<ProfileProblem> OtherKind(LoadProfile profile, ProfileKind? kind, string file) =>
        kind is null || profile.Kind == kind ? [] :
        [
            new(ProfileFields.Kind, $"This profile is of the kind \"{Name(profile.Kind)}\". Run it with \"{Name(profile.Kind)} --file {file}\".") { DependsOnKind = true },
        ];

    private static Uri? ParseAddress(ArgumentResult result)
    {
        if (GatewayTarget.TryParse(Value(result), out var address))
        {
            return address;
        }

        result.AddError($"--gateway takes an address such as {GatewayTarget.DefaultAddress}; it got \"{Value(result)}\".");
        return null;
    }

    private static double? ParseRate(ArgumentResult result)
    {
        if (double.TryParse(Value(result), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate)
            && rate is > 0 and <= ProfileRules.MaxRate)
        {
            return rate;
        }

        result.AddError(string.Create(CultureInfo.InvariantCulture, $"--rate takes a number above 0, at most {ProfileRules.MaxRate:N0}; it got \"{Value(result)}\"."));
        return null;
    }

    private static int? ParseWhole(ArgumentResult result, string name, int min, int max)
    {
        if (int.TryParse(Value(result), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
        {
            return value;
        }

        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} takes a whole number from {min:N0} to {max:N0}; it got \"{Value(result)}\"."));
        return null;
    }

    private static TimeSpan? ParseDuration(ArgumentResult result, string name)
    {
        // Aspire's command for a load test takes a number of seconds, too.
        var text = Value(result);
        if (DurationText.TryParse(text.All(char.IsAsciiDigit) ? $"{text}s" : text, out var duration))
        {
            return duration;
        }

        result.AddError($"{name} takes a time such as {DurationText.Examples}, or a number of seconds; it got \"{Value(result)}\".");
        return null;
    }

    private static string Value(ArgumentResult result) => result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
}
