using System.Collections.Concurrent;

namespace Choir.Storage;

/// <summary>
/// Remembers for a minute how many passages hold a common term. Counting them takes most of a search's time, and the number of
/// a common term changes little meanwhile. Rare terms are counted each time.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class CommonTerms(TimeProvider time)
{
    /// <summary>From this number of passages on, a term is common.</summary>
    public const int From = 100;

    private const int MaxTerms = 10_000;

    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (long Count, long At)> _terms = new(StringComparer.Ordinal);

    /// <summary>The number of passages that hold a term; null if it is not known.</summary>
    public long? Find(string term) =>
        _terms.TryGetValue(term, out var known) && time.GetElapsedTime(known.At) < Kept ? known.Count : null;

    /// <summary>Remembers a number, if the term is common.</summary>
    public void Add(string term, long count)
    {
        if (count < From)
        {
            return;
        }

        if (_terms.Count >= MaxTerms)
        {
            _terms.Clear();
        }

        _terms[term] = (count, time.GetTimestamp());
    }
}
