using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Choir.LoadTest.Profiles;

/// <summary>The fields of a mapping. What is wrong is added to a list of errors, and reading goes on.</summary>
internal sealed class YamlFields
{
    private readonly Dictionary<string, YamlNode> _fields = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = [];
    private readonly string _what;
    private readonly ProfileErrors _errors;

    public YamlFields(YamlMappingNode mapping, string what, ProfileErrors errors)
    {
        (_what, _errors, Node) = (what, errors, mapping);
        foreach (var (key, value) in mapping.Children)
        {
            if (key is YamlScalarNode { Value: { } name } && !_fields.TryAdd(Canonical(name), value))
            {
                Error(key, $"\"{name}\" is there twice");
            }
        }
    }

    public YamlMappingNode Node { get; }

    /// <summary>Fields that nothing has asked for.</summary>
    public IEnumerable<(string Name, YamlNode Value)> Unused => _fields.Where(entry => !_used.Contains(entry.Key)).Select(entry => (entry.Key, entry.Value));

    public YamlNode? Take(string name)
    {
        _used.Add(name);
        return _fields.GetValueOrDefault(name);
    }

    public bool Has(string name) => _fields.ContainsKey(name);

    /// <summary>Where a field stands; null if it is not there.</summary>
    public YamlNode? Find(string name) => _fields.GetValueOrDefault(name);

    public string? Text(string name)
    {
        switch (Take(name))
        {
            case null:
                return null;
            case YamlScalarNode { Value: { } value }:
                return value;
            case var node:
                Error(node!, $"\"{name}\" must be a text");
                return null;
        }
    }

    public double? Number(string name, string example) => Parsed<double>(name, $"a number such as {example}", text =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null);

    public int? Whole(string name, string example) => Parsed<int>(name, $"a whole number such as {example}", text =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null);

    public TimeSpan? Duration(string name) => Parsed<TimeSpan>(
        name, $"a time such as {DurationText.Examples}", text => DurationText.TryParse(text, out var duration) ? duration : null);

    public T? Choice<T>(string name)
        where T : struct, Enum =>
        Parsed<T>(name, $"one of {string.Join(", ", Enum.GetNames<T>().Select(value => value.ToLowerInvariant()))}", text =>
            Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<T>(text, ignoreCase: true) : null);

    public YamlFields? Mapping(string name) => Take(name) switch
    {
        null => null,
        YamlMappingNode mapping => new YamlFields(mapping, name, _errors),
        var node => Wrong(node, $"\"{name}\" must be a mapping"),
    };

    public IReadOnlyList<YamlNode>? List(string name)
    {
        switch (Take(name))
        {
            case null:
                return null;
            case YamlSequenceNode sequence:
                return [.. sequence.Children];
            case var node:
                Error(node!, $"\"{name}\" must be a list");
                return null;
        }
    }

    public T Required<T>(T? value, string name)
        where T : struct
    {
        if (value is null && !Has(name))
        {
            Error(Node, $"{_what} lacks \"{name}\"");
        }

        return value ?? default;
    }

    /// <summary>Adds an error for each field that nothing has asked for.</summary>
    public void RefuseUnused()
    {
        foreach (var (name, value) in Unused)
        {
            Error(value, $"{_what} has no field \"{name}\" here; it can have {string.Join(", ", _used.Order(StringComparer.Ordinal))}");
        }
    }

    public void Error(YamlNode at, string problem) => _errors.Add(at, problem);

    // JSON files are often written in camel case.
    private static string Canonical(string name) => name is "warmUp" or "warmup" or "warm_up" ? "warm-up" : name;

    private YamlFields? Wrong(YamlNode node, string problem)
    {
        Error(node, problem);
        return null;
    }

    private T? Parsed<T>(string name, string form, Func<string, T?> parse)
        where T : struct
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (parse(text.Trim()) is { } value)
        {
            return value;
        }

        Error(_fields[name], $"\"{name}\" is \"{text}\"; it must be {form}");
        return null;
    }
}
