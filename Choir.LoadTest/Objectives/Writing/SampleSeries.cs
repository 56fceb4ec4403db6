using Choir.LoadTest.Objectives.Measuring;

namespace Choir.LoadTest.Objectives.Writing;

/// <summary>Finds series that selectors select, for the rules' unit tests.</summary>
internal static class SampleSeries
{
    private const int MaxTried = 100_000;

    /// <summary>A series that the first selector selects, and the second if and only if that is asked for.</summary>
    /// <param name="selector">The selector.</param>
    /// <param name="other">The other one, of the same metric.</param>
    /// <param name="isInOther">Whether the other one selects the series.</param>
    /// <returns>The labels; null if none was found.</returns>
    public static IReadOnlyDictionary<string, string>? Find(Selector selector, Selector other, bool isInOther)
    {
        var candidates = selector.Matchers.Concat(other.Matchers)
            .GroupBy(matcher => matcher.Label, matcher => matcher.Candidates, StringComparer.Ordinal)
            .Select(label => (Label: label.Key, Values: label.SelectMany(values => values).Distinct().ToList()))
            .OrderBy(label => label.Label, StringComparer.Ordinal)
            .ToList();
        var chosen = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var tried = 0;
        return Try(0) ? chosen : null;

        bool Try(int at)
        {
            if (at == candidates.Count)
            {
                return ++tried <= MaxTried && selector.Selects(chosen) && other.Selects(chosen) == isInOther;
            }

            foreach (var value in candidates[at].Values)
            {
                chosen[candidates[at].Label] = value;
                if (tried <= MaxTried && Try(at + 1))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>A series that a selector selects.</summary>
    public static IReadOnlyDictionary<string, string>? Find(Selector selector) => Find(selector, selector, isInOther: true);
}
