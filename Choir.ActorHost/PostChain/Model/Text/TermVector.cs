using Choir.Storage;

namespace Choir.ActorHost.PostChain.Model.Text;

/// <summary>A text as weighted terms.</summary>
internal sealed class TermVector
{
    private readonly Dictionary<string, double> _weights;
    private readonly double _norm;

    private TermVector(Dictionary<string, double> weights)
    {
        _weights = weights;
        _norm = Math.Sqrt(weights.Values.Sum(weight => weight * weight));
    }

    /// <summary>
    /// Weights terms by how often they occur, sublinearly (1 + ln tf), times the given weight. Fragments count half, because
    /// they overlap.
    /// </summary>
    /// <param name="tokens">The terms.</param>
    /// <param name="weight">The weight of a term by its key; null if all have the same.</param>
    public static TermVector Of(IEnumerable<Token> tokens, Func<string, double>? weight = null)
    {
        var weights = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var token in tokens)
        {
            weights[token.Key] = weights.GetValueOrDefault(token.Key) + (token.IsFragment ? 0.5 : 1);
        }

        foreach (var (key, count) in weights)
        {
            weights[key] = (count <= 1 ? count : 1 + Math.Log(count)) * (weight?.Invoke(key) ?? 1);
        }

        return new TermVector(weights);
    }

    /// <summary>The cosine of the angle between two vectors: 1 for the same terms, 0 for none in common.</summary>
    public double Cosine(TermVector other)
    {
        if (_norm == 0 || other._norm == 0)
        {
            return 0;
        }

        var (small, large) = _weights.Count <= other._weights.Count ? (this, other) : (other, this);
        var dot = 0.0;
        foreach (var (key, own) in small._weights)
        {
            if (large._weights.TryGetValue(key, out var otherWeight))
            {
                dot += own * otherWeight;
            }
        }

        return Math.Min(1, dot / (_norm * other._norm));
    }

    /// <summary>The share of this vector's weight whose terms another one has too: 1 for all terms, 0 for none.</summary>
    public double CoverageBy(TermVector other)
    {
        double total = 0, covered = 0;
        foreach (var (key, weight) in _weights)
        {
            total += weight;
            covered += other._weights.ContainsKey(key) ? weight : 0;
        }

        return total == 0 ? 0 : covered / total;
    }
}
