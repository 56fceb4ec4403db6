using System.Globalization;

namespace Choir.Observatory.Traces;

/// <summary>The time axis of a trace. Times at which nothing ran or waited are folded: they take little room, however long they were.</summary>
public sealed class TimeAxis
{
    private const double LongIdleMs = 1_000;
    private const double LongIdleShare = 0.1;
    private const double BreakWidth = 0.06;
    private const double MaxBreaksWidth = 0.5;
    private const int MaxBreaks = 1_000;
    private const int TickCount = 5;
    private const double MinTickDistance = 0.16;
    private const double MinDistanceToEnd = 0.24;

    // Corners of the function from time to position, in order.
    private readonly double[] _times;
    private readonly double[] _positions;

    private TimeAxis(double totalMs, IReadOnlyList<(double From, double To)> folded, double breakMs)
    {
        TotalMs = totalMs;
        var length = totalMs - folded.Sum(gap => gap.To - gap.From) + (folded.Count * breakMs);
        var (times, positions, breaks) = (new List<double> { 0 }, new List<double> { 0 }, new List<AxisBreak>());
        foreach (var (from, to) in folded)
        {
            var position = positions[^1] + ((from - times[^1]) / length);
            breaks.Add(new AxisBreak(from, to, position, position + (breakMs / length)));
            times.AddRange([from, to]);
            positions.AddRange([position, position + (breakMs / length)]);
        }

        times.Add(totalMs);
        positions.Add(1);
        (_times, _positions, Breaks) = ([.. times], [.. positions], breaks);
        Ticks = [.. FindTicks(totalMs - folded.Sum(gap => gap.To - gap.From))];
    }

    /// <summary>The length of the axis, in ms.</summary>
    public double TotalMs { get; }

    /// <summary>The folded times, in order.</summary>
    public IReadOnlyList<AxisBreak> Breaks { get; }

    /// <summary>Times to be named on the axis, in order.</summary>
    public IReadOnlyList<AxisTick> Ticks { get; }

    /// <summary>Makes the axis of a trace.</summary>
    /// <param name="busy">When messages waited or were handled, in ms since the start.</param>
    /// <param name="totalMs">The length of the trace.</param>
    internal static TimeAxis Of(IEnumerable<(double From, double To)> busy, double totalMs)
    {
        var folded = Gaps(busy, totalMs).Where(gap => gap.To - gap.From > Math.Min(LongIdleMs, totalMs * LongIdleShare))
            .OrderByDescending(gap => gap.To - gap.From).Take(MaxBreaks).OrderBy(gap => gap.From).ToList();
        for (; ; )
        {
            // Never nothing, so that messages without a duration can be told apart.
            var shown = Math.Max(totalMs - folded.Sum(gap => gap.To - gap.From), totalMs / 1e9);
            var breakMs = folded.Count == 0 ? 0 : Math.Min(shown * BreakWidth, shown * MaxBreaksWidth / folded.Count);
            if (folded.RemoveAll(gap => gap.To - gap.From <= breakMs) == 0)
            {
                return new TimeAxis(totalMs, folded, breakMs);
            }
        }
    }

    /// <summary>The times at which nothing ran or waited, in order.</summary>
    internal static IEnumerable<(double From, double To)> Gaps(IEnumerable<(double From, double To)> busy, double totalMs)
    {
        var end = 0.0;
        foreach (var (from, to) in busy.OrderBy(one => one.From))
        {
            if (from > end)
            {
                yield return (end, from);
            }

            end = Math.Max(end, to);
        }

        if (totalMs > end)
        {
            yield return (end, totalMs);
        }
    }

    /// <summary>Where a time is on the axis, 0 to 1.</summary>
    /// <param name="ms">The time, in ms since the start.</param>
    public double Position(double ms)
    {
        if (TotalMs <= 0 || ms <= 0)
        {
            return 0;
        }

        var corner = Array.BinarySearch(_times, ms);
        corner = corner >= 0 ? corner : ~corner;
        if (corner >= _times.Length)
        {
            return 1;
        }

        var span = _times[corner] - _times[corner - 1];
        var share = span > 0 ? (ms - _times[corner - 1]) / span : 1;
        return _positions[corner - 1] + (share * (_positions[corner] - _positions[corner - 1]));
    }

    private IEnumerable<AxisTick> FindTicks(double shownMs)
    {
        yield return new AxisTick(0, 0, "0");
        if (shownMs <= 0)
        {
            yield break;
        }

        var (step, last) = (RoundStep(shownMs / TickCount), 0.0);
        for (var corner = 0; corner < _times.Length - 1; corner += 2)
        {
            for (var number = Math.Ceiling(_times[corner] / step); number * step <= _times[corner + 1]; number++)
            {
                var position = Position(number * step);
                if (position - last >= MinTickDistance && position <= 1 - MinDistanceToEnd)
                {
                    last = position;
                    yield return new AxisTick(number * step, position, Label(number * step, step));
                }
            }
        }
    }

    // After a fold, times are long and the steps between them short: the label has the digits that tell them apart.
    private static string Label(double ms, double step)
    {
        var (unit, name) = ms >= 1_000 ? (1_000, "s") : ms >= 1 ? (1, "ms") : (0.001, "µs");
        var digits = Math.Clamp((int)Math.Ceiling(-Math.Log10(step / unit) - 0.001), 0, 9);
        return $"{Math.Round(ms / unit, digits).ToString($"N{digits}", CultureInfo.InvariantCulture)} {name}";
    }

    /// <summary>The next larger one of 1, 2, 5, 10 and so on.</summary>
    private static double RoundStep(double atLeast)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(atLeast)));
        return power * (atLeast <= power ? 1 : atLeast <= 2 * power ? 2 : atLeast <= 5 * power ? 5 : 10);
    }
}

/// <summary>A folded time: nothing ran or waited.</summary>
/// <param name="FromMs">Its start, in ms since the start of the trace.</param>
/// <param name="ToMs">Its end.</param>
/// <param name="From">Where it starts on the axis, 0 to 1.</param>
/// <param name="To">Where it ends on the axis.</param>
public sealed record AxisBreak(double FromMs, double ToMs, double From, double To)
{
    /// <summary>How long it was, in ms.</summary>
    public double Ms => ToMs - FromMs;
}

/// <summary>A time that is named on the axis.</summary>
/// <param name="Ms">The time, in ms since the start of the trace.</param>
/// <param name="Position">Where it is on the axis, 0 to 1.</param>
/// <param name="Label">The time in words, to the digit of the distance between such times.</param>
public sealed record AxisTick(double Ms, double Position, string Label);
