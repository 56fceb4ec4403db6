using System.Text.RegularExpressions;

namespace Choir.Contracts.LoadTests;

/// <summary>What a stored result of a load test may contain.</summary>
public static partial class LoadTestRules
{
    /// <summary>The largest result as JSON.</summary>
    public const int MaxBytes = 256 << 10;

    /// <summary>The most figures.</summary>
    public const int MaxFigures = 1_000;

    /// <summary>The most objectives.</summary>
    public const int MaxObjectives = 100;

    /// <summary>The most notes.</summary>
    public const int MaxNotes = 100;

    /// <summary>The longest name of a figure, and the longest description of a part of the machine.</summary>
    public const int MaxName = 200;

    /// <summary>The longest unit.</summary>
    public const int MaxUnit = 32;

    /// <summary>The longest objective or note.</summary>
    public const int MaxText = 1_000;

    /// <summary>The form of a profile's name, in words.</summary>
    public const string ProfileForm = "1 to 64 lower-case letters, digits and hyphens, the first one not a hyphen";

    // More problems do not help, and a result may have thousands.
    private const int MaxProblems = 10;

    private const double MaxSeconds = 366 * 24 * 3600;

    private static readonly DateTimeOffset Earliest = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Clocks of machines differ.
    private static readonly TimeSpan MaxAhead = TimeSpan.FromDays(1);

    /// <summary>Whether a text is the name of a profile.</summary>
    public static bool IsProfile(string? name) => name is not null && ProfileName().IsMatch(name);

    /// <summary>The first ten problems of a result, each a sentence that names the field; empty if it can be stored.</summary>
    /// <param name="result">The result, as it was deserialized: items of lists may be null.</param>
    /// <param name="now">The current time.</param>
    public static IReadOnlyList<string> Problems(LoadTestResult result, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(result);
        return [.. All(result, now).Take(MaxProblems)];
    }

    private static IEnumerable<string> All(LoadTestResult result, DateTimeOffset now)
    {
        if (result.Id.Version != 7)
        {
            yield return "\"id\" must be a UUIDv7, so that results sort by time.";
        }

        if (!IsProfile(result.Profile))
        {
            yield return $"\"profile\" must have {ProfileForm}.";
        }

        if (!Enum.IsDefined(result.Kind))
        {
            yield return "\"kind\" must be load, stress, endurance or spike.";
        }

        if (result.StartedAt < Earliest || result.StartedAt > now + MaxAhead)
        {
            yield return "\"startedAt\" must be from 2020 on, and not in the future.";
        }

        if (!(result.Seconds is >= 0 and <= MaxSeconds))
        {
            yield return "\"seconds\" must be from 0 to 31622400, a year.";
        }

        if (result.Passed && result.Interrupted)
        {
            yield return "\"passed\" must be false if \"interrupted\" is true.";
        }

        foreach (var problem in OfMachine(result.Machine).Concat(OfFigures(result.Figures)).Concat(OfObjectives(result.Objectives))
            .Concat(OfNotes(result.Notes)))
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> OfMachine(LoadTestMachine machine)
    {
        if (machine.Cores is < 1 or > 65_536)
        {
            yield return "\"machine.cores\" must be from 1 to 65536.";
        }

        if (machine.MemoryBytes < 0)
        {
            yield return "\"machine.memoryBytes\" must not be negative.";
        }

        (string, string)[] texts = [("os", machine.Os), ("architecture", machine.Architecture), ("dotNet", machine.DotNet)];
        foreach (var (name, text) in texts)
        {
            if (OfText(text, $"machine.{name}", MaxName) is { } problem)
            {
                yield return problem;
            }
        }
    }

    private static IEnumerable<string> OfFigures(IReadOnlyList<LoadTestFigure> figures)
    {
        if (OfCount(figures.Count, "figures", MaxFigures) is { } tooMany)
        {
            yield return tooMany;
            yield break;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < figures.Count; index++)
        {
            var place = $"figures[{index}]";
            if (figures[index] is not { } figure)
            {
                yield return $"\"{place}\" must be an object.";
                continue;
            }

            if (OfText(figure.Name, $"{place}.name", MaxName) is { } name)
            {
                yield return name;
            }
            else if (!names.Add(figure.Name))
            {
                yield return $"\"{place}.name\" is the name of an earlier figure: give each figure a name of its own.";
            }

            if (OfText(figure.Unit, $"{place}.unit", MaxUnit) is { } unit)
            {
                yield return unit;
            }

            if (!double.IsFinite(figure.Value))
            {
                yield return $"\"{place}.value\" must be a finite number.";
            }
        }
    }

    private static IEnumerable<string> OfObjectives(IReadOnlyList<LoadTestObjective> objectives)
    {
        if (OfCount(objectives.Count, "objectives", MaxObjectives) is { } tooMany)
        {
            yield return tooMany;
            yield break;
        }

        for (var index = 0; index < objectives.Count; index++)
        {
            var place = $"objectives[{index}]";
            if (objectives[index] is not { } objective)
            {
                yield return $"\"{place}\" must be an object.";
                continue;
            }

            if (OfText(objective.Text, $"{place}.text", MaxText) is { } text)
            {
                yield return text;
            }

            if (objective.Value is { } value && !double.IsFinite(value))
            {
                yield return $"\"{place}.value\" must be a finite number or null.";
            }
        }
    }

    private static IEnumerable<string> OfNotes(IReadOnlyList<string> notes)
    {
        if (OfCount(notes.Count, "notes", MaxNotes) is { } tooMany)
        {
            yield return tooMany;
            yield break;
        }

        for (var index = 0; index < notes.Count; index++)
        {
            if (OfText(notes[index], $"notes[{index}]", MaxText) is { } problem)
            {
                yield return problem;
            }
        }
    }

    private static string? OfCount(int count, string name, int most) =>
        count > most ? $"\"{name}\" has {count} entries; at most {most} are stored." : null;

    private static string? OfText(string? text, string name, int most) =>
        string.IsNullOrWhiteSpace(text) ? $"\"{name}\" must not be empty."
        : text.Length > most ? $"\"{name}\" has {text.Length} characters; at most {most} are stored."
        : IsPlain(text) ? null
        : $"\"{name}\" must not have control characters or unpaired surrogates.";

    private static bool IsPlain(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
            {
                index++;
            }
            else if (char.IsControl(text[index]) || char.IsSurrogate(text[index]))
            {
                return false;
            }
        }

        return true;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}\\z")]
    private static partial Regex ProfileName();
}
