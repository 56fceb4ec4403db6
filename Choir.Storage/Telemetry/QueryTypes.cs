using System.Collections.Concurrent;
using Npgsql;

namespace Choir.Storage.Telemetry;

/// <summary>Classifies statements by their verb.</summary>
internal static class QueryTypes
{
    public const string Select = "select";
    public const string Insert = "insert";
    public const string Update = "update";
    public const string Delete = "delete";
    public const string Other = "other";

    // Choir and Orleans have about a hundred constant statements. Generated ones are classified every time.
    private const int MaxCached = 1_024;

    private static readonly ConcurrentDictionary<string, string> Cache = new(StringComparer.Ordinal);

    /// <summary>Names the spans of a data source's commands by their type, which <see cref="DatabaseMetrics"/> reads.</summary>
    public static void NameSpans(this NpgsqlDataSourceBuilder source) => source.ConfigureTracing(tracing => tracing
        .ConfigureCommandSpanNameProvider(static command => Of(command.CommandText))
        .ConfigureBatchSpanNameProvider(static batch => batch.BatchCommands is [var first, ..] ? Of(first.CommandText) : Other));

    /// <summary>
    /// The type by the statement's verb. A statement that begins with <c>WITH</c> has the type of its first change, or
    /// <c>select</c> if it changes nothing.
    /// </summary>
    public static string Of(string statement)
    {
        if (Cache.TryGetValue(statement, out var cached))
        {
            return cached;
        }

        var type = Classify(statement);
        if (Cache.Count < MaxCached)
        {
            Cache.TryAdd(statement, type);
        }

        return type;
    }

    private static string Classify(ReadOnlySpan<char> statement)
    {
        var isCompound = false;
        while (NextWord(ref statement) is { IsEmpty: false } word)
        {
            if (TypeOf(word) is { } type && (!isCompound || type != Select))
            {
                return type;
            }

            if (!isCompound && !word.Equals("with", StringComparison.OrdinalIgnoreCase))
            {
                return Other;
            }

            isCompound = true;
        }

        return isCompound ? Select : Other;
    }

    private static string? TypeOf(ReadOnlySpan<char> word) =>
        word.Equals(Select, StringComparison.OrdinalIgnoreCase) ? Select
        : word.Equals(Insert, StringComparison.OrdinalIgnoreCase) ? Insert
        : word.Equals(Update, StringComparison.OrdinalIgnoreCase) ? Update
        : word.Equals(Delete, StringComparison.OrdinalIgnoreCase) ? Delete
        : null;

    /// <summary>The next word outside comments, literals and quoted names; empty at the end.</summary>
    private static ReadOnlySpan<char> NextWord(ref ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (text.StartsWith("--"))
            {
                text = After(text, "\n");
            }
            else if (text.StartsWith("/*"))
            {
                text = After(text[2..], "*/");
            }
            else if (text[0] is '\'' or '"')
            {
                text = After(text[1..], text[..1]);
            }
            else if (IsWordCharacter(text[0]))
            {
                var length = 1;
                while (length < text.Length && IsWordCharacter(text[length]))
                {
                    length++;
                }

                var word = text[..length];
                text = text[length..];
                return word;
            }
            else
            {
                text = text[1..];
            }
        }

        return [];
    }

    private static ReadOnlySpan<char> After(ReadOnlySpan<char> text, ReadOnlySpan<char> end) =>
        text.IndexOf(end, StringComparison.Ordinal) is >= 0 and var at ? text[(at + end.Length)..] : [];

    private static bool IsWordCharacter(char character) => char.IsLetterOrDigit(character) || character is '_' or '$';
}
