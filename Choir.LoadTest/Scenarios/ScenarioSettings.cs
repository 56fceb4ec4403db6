using System.Globalization;
using Choir.LoadTest.Profiles;

namespace Choir.LoadTest.Scenarios;

/// <summary>The settings of a scenario. What is wrong with them is added to a list of errors.</summary>
internal sealed class ScenarioSettings(ScenarioShare share, List<ProfileProblem> problems)
{
    private readonly HashSet<string> _used = [];

    public string Text(string name, string defaultValue)
    {
        _used.Add(name);
        return share.Settings.GetValueOrDefault(name) ?? defaultValue;
    }

    public string? Required(string name)
    {
        _used.Add(name);
        var text = share.Settings.GetValueOrDefault(name);
        if (string.IsNullOrWhiteSpace(text))
        {
            Error($"needs the setting \"{name}\"", name);
            return null;
        }

        return text;
    }

    public int Whole(string name, int defaultValue, int min, int max)
    {
        var text = Text(name, defaultValue.ToString(CultureInfo.InvariantCulture));
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
        {
            return value;
        }

        Error(string.Create(CultureInfo.InvariantCulture, $"has \"{name}\" \"{text}\"; it must be a whole number from {min:N0} to {max:N0}"), name);
        return defaultValue;
    }

    public double Number(string name, double defaultValue, double min, double max)
    {
        var text = Text(name, defaultValue.ToString(CultureInfo.InvariantCulture));
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
        {
            return value;
        }

        Error(string.Create(CultureInfo.InvariantCulture, $"has \"{name}\" \"{text}\"; it must be a number from {min} to {max}"), name);
        return defaultValue;
    }

    public IReadOnlyList<int> WholeList(string name, string defaultValue, int min, int max)
    {
        var values = new List<int>();
        foreach (var text in Text(name, defaultValue).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
            {
                values.Add(value);
            }
            else
            {
                Error(string.Create(CultureInfo.InvariantCulture, $"has \"{text}\" in \"{name}\"; each must be a whole number from {min:N0} to {max:N0}"), name);
            }
        }

        if (values.Count == 0)
        {
            Error($"has nothing in \"{name}\"", name);
            values.Add(min);
        }

        return values;
    }

    /// <summary>The settings whose names begin with a name and a dot.</summary>
    public IReadOnlyDictionary<string, string> Group(string name)
    {
        var prefix = name + ".";
        var group = share.Settings.Where(setting => setting.Key.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        _used.UnionWith(group.Select(setting => setting.Key));
        _used.Add(name);
        return group.ToDictionary(setting => setting.Key[prefix.Length..], setting => setting.Value);
    }

    public void RefuseUnused()
    {
        foreach (var name in share.Settings.Keys.Where(name => !_used.Contains(name)))
        {
            Error($"has no setting \"{name}\"; it has {(_used.Count == 0 ? "none" : string.Join(", ", _used.Where(used => !used.Contains('.', StringComparison.Ordinal)).Order(StringComparer.Ordinal)))}", name);
        }
    }

    /// <summary>A text with placeholders.</summary>
    public TextTemplate Template(string name, string defaultValue) => Template(name, Text(name, defaultValue), name);

    /// <summary>Makes a text with placeholders of a part of a setting.</summary>
    /// <param name="name">The name of the part, for errors.</param>
    /// <param name="text">The text.</param>
    /// <param name="setting">The name of the setting.</param>
    public TextTemplate Template(string name, string text, string setting)
    {
        foreach (var unknown in TextTemplate.Unknown(text))
        {
            Error(
                $"has {{{unknown}}} in \"{name}\", which is no placeholder: there are {TextTemplate.Names}. To send it as text, write a space after the brace",
                setting);
        }

        return new TextTemplate(text);
    }

    /// <summary>Adds an error.</summary>
    /// <param name="problem">What the scenario has or lacks, without a full stop.</param>
    /// <param name="setting">The setting that is wrong.</param>
    public void Error(string problem, string setting) =>
        problems.Add(new(share, $"Scenario \"{share.Name}\" ({share.Scenario}) {problem}.", setting));
}
