using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Observing;

/// <summary>A series over time with a limited number of points: when there are too many, each two become their mean.</summary>
internal sealed class SeriesRecorder
{
    /// <summary>The most points of a series.</summary>
    public const int MaxPoints = 600;

    private readonly List<SeriesPoint> _points = [];

    // The number of values in each point, and those that are not yet in one.
    private int _merged = 1;
    private int _pending;
    private double _pendingSum;

    /// <summary>The points.</summary>
    public IReadOnlyList<SeriesPoint> Points => _points;

    /// <summary>Adds a value.</summary>
    /// <param name="at">Seconds from the begin of the measurement.</param>
    /// <param name="value">The value; null or not finite if it is unknown.</param>
    public void Add(double at, double? value)
    {
        if (value is not { } known || !double.IsFinite(known))
        {
            return;
        }

        _pendingSum += known;
        if (++_pending < _merged)
        {
            return;
        }

        _points.Add(new SeriesPoint(at, _pendingSum / _pending));
        (_pending, _pendingSum) = (0, 0);
        if (_points.Count == MaxPoints)
        {
            for (var index = 0; index < MaxPoints / 2; index++)
            {
                var (first, second) = (_points[2 * index], _points[(2 * index) + 1]);
                _points[index] = second with { Value = (first.Value + second.Value) / 2 };
            }

            _points.RemoveRange(MaxPoints / 2, MaxPoints / 2);
            _merged *= 2;
        }
    }
}
