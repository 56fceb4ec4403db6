using System.Text;
using Choir.LoadTest.Reports.Model;
using Choir.LoadTest.Scenarios;

namespace Choir.LoadTest.Engine;

/// <summary>Failures by kind, with the first example of each. Not thread-safe.</summary>
internal sealed class ErrorCounts
{
    /// <summary>The kind of an operation that was never sent, because all users were busy for too long.</summary>
    public const string NotSent = "not_sent";

    /// <summary>The kind of an operation that took too long.</summary>
    public const string Timeout = "timeout";

    /// <summary>Further kinds are counted under this name.</summary>
    public const string Other = "other";

    public const int MaxKinds = 40;

    private const int MaxKindLength = 80;
    private const int MaxExampleLength = 300;

    private readonly Dictionary<string, (long Count, string? Example)> _kinds = [];

    public long Total { get; private set; }

    public void Add(string kind, string? example, long count = 1)
    {
        Total += count;
        kind = PlainLine(kind, MaxKindLength);
        if (!_kinds.ContainsKey(kind) && _kinds.Count >= MaxKinds)
        {
            kind = Other;
        }

        var known = _kinds.GetValueOrDefault(kind);
        _kinds[kind] = (known.Count + count, known.Example ?? (example is null ? null : PlainLine(example, MaxExampleLength)));
    }

    /// <summary>The most frequent first.</summary>
    public IReadOnlyList<ErrorCount> ToList() =>
    [
        .. _kinds.Select(kind => new ErrorCount(kind.Key, kind.Value.Count, kind.Value.Example))
            .OrderByDescending(error => error.Count).ThenBy(error => error.Kind, StringComparer.Ordinal),
    ];

    /// <summary>The kind of an exception that a scenario threw.</summary>
    public static string KindOf(Exception failure) => failure switch
    {
        OperationFailedException failed => failed.Kind,
        TimeoutException => Timeout,
        HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } request => SnakeCase(request.HttpRequestError.ToString()),
        _ => SnakeCase(WithoutSuffix(failure.GetType().Name)),
    };

    private static string WithoutSuffix(string typeName) =>
        typeName.EndsWith("Exception", StringComparison.Ordinal) && typeName.Length > 9 ? typeName[..^9] : typeName;

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder();
        foreach (var character in name)
        {
            if (char.IsAsciiLetterUpper(character) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(character));
        }

        return text.ToString();
    }

    // What was answered may be anything; a report has one line for it.
    private static string PlainLine(string text, int maxLength)
    {
        var line = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length >= maxLength)
            {
                return line.Append('…').ToString();
            }

            line.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return line.ToString();
    }
}
