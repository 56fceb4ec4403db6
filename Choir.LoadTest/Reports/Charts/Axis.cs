using Choir.LoadTest.Reports.Text;

namespace Choir.LoadTest.Reports.Charts;

/// <summary>A mark of an axis.</summary>
/// <param name="Position">Its place, from 0 to 1.</param>
/// <param name="Label">Its text.</param>
internal readonly record struct Tick(double Position, string Label);

/// <summary>An axis: where a value is, and its ticks.</summary>
internal sealed class Axis
{
    // A smaller value has no place on a logarithmic axis of at most twelve decades below 1.
    private const double Smallest = 1e-12;

    private readonly Func<double, double> _transform;
    private readonly double _from;
    private readonly double _to;

    /// <param name="from">The value at 0.</param>
    /// <param name="to">The value at 1.</param>
    /// <param name="transform">Increasing; makes distances on the axis from values.</param>
    /// <param name="ticks">The values of ticks, with labels.</param>
    public Axis(double from, double to, Func<double, double> transform, IEnumerable<(double Value, string Label)> ticks)
    {
        _transform = transform;
        _from = transform(from);
        _to = transform(to);
        Ticks = [.. ticks.Select(tick => new Tick(Position(tick.Value), tick.Label)).Where(tick => tick.Position is >= -1e-9 and <= 1 + 1e-9)];
    }

    public IReadOnlyList<Tick> Ticks { get; }

    /// <summary>The place of a value, from 0 to 1; outside of that if the axis does not have it.</summary>
    public double Position(double value)
    {
        var position = (_transform(value) - _from) / (_to - _from);
        // Not a number if the ends are equal, or too far apart for a floating-point number.
        return double.IsNaN(position) ? 0 : position;
    }

    /// <summary>An axis from 0 to a value with a round number of steps.</summary>
    /// <param name="largest">The largest value.</param>
    /// <param name="unit">The UCUM unit.</param>
    public static Axis FromZero(double largest, string unit) => Linear(0, largest, unit);

    /// <summary>A linear axis that begins and ends at a tick.</summary>
    public static Axis Linear(double smallest, double largest, string unit)
    {
        if (!(largest > smallest))
        {
            largest = smallest + (smallest == 0 ? unit == "1" ? 0.01 : 1 : Math.Abs(smallest));
        }

        var scale = ValueScale.For(Math.Max(Math.Abs(smallest), Math.Abs(largest)), unit);
        var step = Steps.Round((largest - smallest) / scale.Divisor / 4);
        var first = Math.Floor(smallest / scale.Divisor / step);
        var last = Math.Ceiling((largest / scale.Divisor / step) - 1e-9);
        // A value of an index; steps that are added would gather rounding errors.
        var values = Enumerable.Range(0, (int)Math.Min(last - first, 20) + 1).Select(index => (first + index) * step);
        return new Axis(
            first * step * scale.Divisor,
            last * step * scale.Divisor,
            value => value,
            values.Select(value => (value * scale.Divisor, value == 0 ? "0" : ValueText.Digits(value) + scale.Suffix)));
    }

    /// <summary>A logarithmic axis over whole decades.</summary>
    /// <param name="smallest">The smallest value, above 0.</param>
    /// <param name="largest">The largest value.</param>
    /// <param name="unit">The UCUM unit.</param>
    public static Axis Logarithmic(double smallest, double largest, string unit)
    {
        smallest = Math.Max(smallest, Smallest);
        var first = (int)Math.Floor(Math.Log10(smallest) + 1e-9);
        var last = Math.Max((int)Math.Ceiling(Math.Log10(Math.Max(largest, smallest)) - 1e-9), first + 1);
        var every = Math.Max(1, (last - first + 4) / 5);
        return new Axis(
            Math.Pow(10, first),
            Math.Pow(10, last),
            value => Math.Log10(Math.Max(value, Smallest)),
            Enumerable.Range(0, last - first + 1)
                .Where(index => index % every == 0)
                .Select(index => Math.Pow(10, first + index))
                .Select(value => (value, ValueText.Of(value, unit))));
    }

    /// <summary>An axis of time from the begin of the measurement, in seconds.</summary>
    public static Axis Time(double seconds)
    {
        seconds = Math.Max(seconds, 1);
        var step = Steps.RoundTime(seconds / 6);
        return new Axis(
            0,
            seconds,
            value => value,
            Enumerable.Range(0, (int)(seconds / step) + 1).Select(index => (index * step, Steps.Clock(index * step))));
    }

    /// <summary>An axis of percentiles, on which 90, 99 and 99.9 % have equal distances.</summary>
    /// <param name="largest">The largest percentile, below 100.</param>
    public static Axis Percentiles(double largest)
    {
        double[] ticks = [50, 90, 99, 99.9, 99.99, 99.999];
        return new Axis(
            0,
            Math.Clamp(largest, 99, 99.9999),
            percentile => -Math.Log10(1 - (Math.Clamp(percentile, 0, 99.99999) / 100)),
            ticks.Select(tick => (tick, $"{tick.ToString(System.Globalization.CultureInfo.InvariantCulture)} %")));
    }
}
