using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Costs;

/// <summary>Adds up the CPU time of methods: their own, and with what they call.</summary>
internal sealed class MethodTally
{
    private readonly Dictionary<string, (double Own, double Total)> _methods = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>Adds a stack.</summary>
    /// <param name="frames">The methods, the outermost first. A method that calls itself counts once.</param>
    /// <param name="seconds">The CPU time that it stands for.</param>
    public void Add(IReadOnlyList<string> frames, double seconds)
    {
        _seen.Clear();
        for (var i = frames.Count - 1; i >= 0; i--)
        {
            var isOwn = i == frames.Count - 1;
            if (_seen.Add(frames[i]))
            {
                var (own, total) = _methods.GetValueOrDefault(frames[i]);
                _methods[frames[i]] = (own + (isOwn ? seconds : 0), total + seconds);
            }
        }
    }

    /// <summary>The methods with the most CPU time of their own.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="whole">The CPU time that shares are of.</param>
    public IReadOnlyList<MethodCost> Hottest(int count, double whole) =>
    [
        .. _methods
            .Where(method => method.Value.Own > 0)
            .OrderByDescending(method => method.Value.Own)
            .ThenBy(method => method.Key, StringComparer.Ordinal)
            .Take(count)
            .Select(method => new MethodCost(
                method.Key,
                method.Value.Own,
                CostSum.Share(method.Value.Own, whole),
                method.Value.Total,
                CostSum.Share(method.Value.Total, whole))),
    ];
}
