using System.Globalization;

namespace Choir.LoadTest.Observing.Metrics;

/// <summary>Reads the samples of a <c>/metrics</c> answer, in the text format of Prometheus or OpenMetrics, without allocations.</summary>
/// <remarks>
/// What is no sample is skipped: comments, broken lines, values that are no numbers. Exemplars and timestamps are ignored.
/// See <see href="https://prometheus.io/docs/instrumenting/exposition_formats/"/>.
/// </remarks>
internal ref struct MetricsText(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text;

    /// <summary>The sample read last.</summary>
    public MetricSample Current { get; private set; }

    /// <summary>Reads the next sample.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Read()
    {
        while (!_rest.IsEmpty)
        {
            var end = _rest.IndexOf('\n');
            var line = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[(end + 1)..];
            if (TryParse(line, out var sample))
            {
                Current = sample;
                return true;
            }
        }

        return false;
    }

    private static bool TryParse(ReadOnlySpan<char> line, out MetricSample sample)
    {
        sample = default;
        var nameEnd = line.IndexOfAny('{', ' ');
        if (nameEnd <= 0 || line[0] == '#')
        {
            return false;
        }

        var seriesEnd = nameEnd;
        if (line[nameEnd] == '{')
        {
            var labels = LabelText.LengthOf(line[nameEnd..]);
            if (labels < 0)
            {
                return false;
            }

            seriesEnd += labels;
        }

        var value = line[seriesEnd..].TrimStart(' ');
        var valueEnd = value.IndexOfAny(' ', '\r');
        if (!TryParseValue(valueEnd < 0 ? value : value[..valueEnd], out var number))
        {
            return false;
        }

        sample = new MetricSample(line[..seriesEnd], line[..nameEnd], line[nameEnd..seriesEnd], number);
        return true;
    }

    /// <summary>The value of a sample, or of the label <c>le</c>.</summary>
    internal static bool TryParseValue(ReadOnlySpan<char> text, out double value)
    {
        switch (text)
        {
            case "+Inf":
                value = double.PositiveInfinity;
                return true;
            case "-Inf":
                value = double.NegativeInfinity;
                return true;
            default:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        }
    }
}

/// <summary>A sample.</summary>
/// <param name="series">Name and labels: what distinguishes it from all other samples of the answer.</param>
/// <param name="name">The name.</param>
/// <param name="labels">The labels with their braces; empty if there are none.</param>
/// <param name="value">The value.</param>
internal readonly ref struct MetricSample(ReadOnlySpan<char> series, ReadOnlySpan<char> name, ReadOnlySpan<char> labels, double value)
{
    /// <summary>Name and labels: what distinguishes it from all other samples of the answer.</summary>
    public ReadOnlySpan<char> Series { get; } = series;

    /// <summary>The name.</summary>
    public ReadOnlySpan<char> Name { get; } = name;

    /// <summary>The labels with their braces; empty if there are none.</summary>
    public ReadOnlySpan<char> Labels { get; } = labels;

    /// <summary>The value.</summary>
    public double Value { get; } = value;
}
