using System.Globalization;
using System.Text.RegularExpressions;
using Choir.Actors;
using Choir.Actors.Hosting;
using Choir.LoadTest.Objectives.Measuring;

namespace Choir.LoadTest.Objectives.Declaring;

/// <summary>Checks an objective of a file.</summary>
internal sealed partial class ObjectiveReader
{
    private readonly ObjectiveYaml _yaml;
    private readonly string _where;
    private readonly IReadOnlyList<string> _instanceLabels;
    private readonly List<string> _problems = [];

    private ObjectiveReader(ObjectiveYaml yaml, int index, IReadOnlyList<string> instanceLabels)
    {
        (_yaml, _instanceLabels) = (yaml, instanceLabels);
        _where = yaml.Name is { Length: > 0 } name ? $"objective {name}" : $"objective {index + 1}";
    }

    /// <returns>The objective; null if it has mistakes.</returns>
    public static Objective? Read(ObjectiveYaml? yaml, int index, IReadOnlyList<string> instanceLabels, ICollection<string> problems)
    {
        var reader = new ObjectiveReader(yaml ?? new ObjectiveYaml(), index, instanceLabels);
        var objective = reader.Read();
        reader._problems.ForEach(problem => problems.Add($"{reader._where}: {problem}."));
        return reader._problems.Count == 0 ? objective : null;
    }

    private Objective Read()
    {
        if (!Name().IsMatch(_yaml.Name ?? ""))
        {
            _problems.Add($"name is \"{_yaml.Name}\"; it must be lower snake case of at most 80 characters, such as cycle_success");
        }

        var summary = Required("summary", _yaml.Summary);
        var promise = Required("promise", _yaml.Promise);
        var failures = Required("failures", _yaml.Failures);
        var share = ReadShare();
        var (indicator, within, note) = ReadIndicator();
        foreach (var (label, value) in _yaml.Labels ?? [])
        {
            if (!Label().IsMatch(label) || label is "severity" or "objective" || !IsPlain(value))
            {
                _problems.Add($"the label {label} is not allowed, or its value is not plain text");
            }
        }

        return new Objective
        {
            Name = _yaml.Name ?? "",
            Title = _yaml.Title is null ? (_yaml.Name ?? "").Replace('_', ' ') : Required("title", _yaml.Title),
            Summary = summary,
            Promise = $"{Objective.Percent(share)} {promise}{within}",
            Failures = failures,
            Share = share,
            Indicator = indicator!,
            MinimumRate = ReadMinimumRate(share),
            Labels = new SortedDictionary<string, string>(_yaml.Labels ?? [], StringComparer.Ordinal),
            Note = note,
        };
    }

    private decimal ReadShare()
    {
        if (ObjectiveText.ReadShare(_yaml.Share, out var share) is { } problem)
        {
            _problems.Add($"share {problem}");
        }

        return share;
    }

    private decimal ReadMinimumRate(decimal share)
    {
        if (_yaml.MinimumRate is null)
        {
            return share < 1 ? Objective.DefaultMinimumRate(1 - share) : 0;
        }

        if (!decimal.TryParse(_yaml.MinimumRate, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) || rate is <= 0 or > 1_000_000)
        {
            _problems.Add($"minimum_rate is \"{_yaml.MinimumRate}\"; it must be events per second, above 0, such as 0.1");
        }

        return rate;
    }

    private (Indicator? Indicator, string Within, string? Note) ReadIndicator()
    {
        switch (_yaml)
        {
            case { Histogram: not null, Latency: not null, Total: null, Good: null, Bad: null, Present: null }:
                var histogram = ReadSelector("histogram", _yaml.Histogram);
                if (ObjectiveText.ReadLatency(_yaml.Latency, ReadBuckets(), out var seconds, out var bound) is { } problem)
                {
                    _problems.Add($"latency {problem}");
                    return default;
                }

                return (new SlowEvents(histogram, bound), $" within {ObjectiveText.Text(bound)}", Rounding(seconds, bound));
            case { Total: not null, Bad: not null, Good: null, Histogram: null, Latency: null, Buckets: null }:
                var present = _yaml.Present is null ? null : ReadSelector("present", _yaml.Present);
                var recorded = $"instance:{SuccessSuffix().Replace(_yaml.Name ?? "", "")}_failures:total";
                return (new CountedFailures(ReadSelector("total", _yaml.Total), ReadSelector("bad", _yaml.Bad), present, recorded, _instanceLabels), "", null);
            case { Total: not null, Good: not null, Bad: null, Present: null, Histogram: null, Latency: null, Buckets: null }:
                return (new CountedSuccesses(ReadSelector("total", _yaml.Total), ReadSelector("good", _yaml.Good)), "", null);
            default:
                _problems.Add("write either total and bad (with present, if bad has no series before the first failure), or total and good, or histogram and latency (with buckets)");
                return default;
        }
    }

    /// <summary>What to say about a time that was rounded up; null for one that is a bound.</summary>
    public static string? Rounding(double seconds, double bound) =>
        seconds < bound ? $"{ObjectiveText.Text(seconds)} is no bucket of the histogram; the next one, {ObjectiveText.Text(bound)}, is used" : null;

    private Selector ReadSelector(string setting, string? text)
    {
        if (!Selector.TryParse(text, out var selector))
        {
            _problems.Add($"{setting} is not a selector; write {Selector.Form}");
            return new Selector("", []);
        }

        foreach (var matcher in selector.Matchers.Where(matcher => !IsExpression(matcher)))
        {
            _problems.Add($"{setting}: {matcher.Label} has a regular expression that cannot be read");
        }

        return selector;
    }

    private static bool IsExpression(LabelMatcher matcher)
    {
        try
        {
            matcher.Matches("");
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private IReadOnlyList<double> ReadBuckets()
    {
        switch (_yaml.Buckets)
        {
            case null or "seconds":
                return DurationHistograms.Bounds;
            case "long-seconds":
                return DurationHistograms.LongBounds;
            default:
                var bounds = _yaml.Buckets.Split(',').Take(200)
                    .Select(text => double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var bound) && bound is >= 1e-9 and <= 1e9 ? bound : 0)
                    .ToList();
                if (bounds[0] > 0 && bounds.Zip(bounds.Skip(1)).All(pair => pair.First < pair.Second))
                {
                    return bounds;
                }

                _problems.Add("buckets must be seconds, long-seconds or ascending bounds in seconds, such as 0.1, 0.5, 1");
                return DurationHistograms.Bounds;
        }
    }

    private string Required(string setting, string? text)
    {
        if (!IsPlain(text))
        {
            _problems.Add($"{setting} is missing, too long or not plain text (one line of at most 200 characters without {{{{)");
        }

        return text ?? "";
    }

    private static bool IsPlain(string? text) =>
        text is { Length: > 0 and <= 200 } && !text.Any(char.IsControl) && !text.Contains("{{", StringComparison.Ordinal);

    [GeneratedRegex(@"\A(?=.{1,80}\z)[a-z][a-z0-9]*(?:_[a-z0-9]+)*\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[a-zA-Z_][a-zA-Z0-9_]*\z")]
    private static partial Regex Label();

    [GeneratedRegex("_success$")]
    private static partial Regex SuccessSuffix();
}
