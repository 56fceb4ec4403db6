using System.Collections.Concurrent;
using Npgsql;

namespace Choir.Storage.Telemetry;

/// <summary>What a statement does, as one of a closed list of words.</summary>
internal static class QueryTypes
{
    public const string Select = "select";
    public const string Insert = "insert";
    public const string Update = "update";
    public const string Delete = "delete";
    public const string Other = "other";

    // Choir's and Orleans' statements are constants, some hundred of them. A text that is made up is judged anew.
    private const int MaxKept = 1_024;

    private static readonly ConcurrentDictionary<string, string> Kept = new(StringComparer.Ordinal);

    /// <summary>Names the spans of a data source's commands by what they do, so that they can be told apart when they end.</summary>
    public static void NameSpans(this NpgsqlDataSourceBuilder source) => source.ConfigureTracing(tracing => tracing
        .ConfigureCommandSpanNameProvider(static command => Of(command.CommandText))
        .ConfigureBatchSpanNameProvider(static batch => batch.BatchCommands is [var first, ..] ? Of(first.CommandText) : Other));

    /// <summary>
    /// By the statement's verb. One that begins with <c>WITH</c> is the first change that it makes, wherever in it that is,
    /// and a <c>select</c> if it makes none.
    /// </summary>
    public static string Of(string statement)
    {
        if (Kept.TryGetValue(statement, out var known))
        {
            return known;
        }

        var type = Judge(statement);
        if (Kept.Count < MaxKept)
        {
            Kept.TryAdd(statement, type);
        }

        return type;
    }

    private static string Judge(ReadOnlySpan<char> statement)
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

    /// <summary>The next word that is no comment, no literal and no quoted name; empty at the end.</summary>
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
            else if (IsOfWord(text[0]))
            {
                var length = 1;
                while (length < text.Length && IsOfWord(text[length]))
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

    private static bool IsOfWord(char character) => char.IsLetterOrDigit(character) || character is '_' or '$';
}
