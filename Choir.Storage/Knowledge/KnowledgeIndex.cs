using System.Globalization;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Choir.Storage;

/// <summary>The full-text index of everything that Choir has yielded, and of what it was told.</summary>
public sealed class KnowledgeIndex(NpgsqlDataSource dataSource)
{
    /// <summary>The most passages of one search.</summary>
    public const int MaxHits = 50;

    private const int PassagesPerCycle = 3;

    // So many passages are ranked. The rarest terms of a question choose them.
    private const int MaxCandidates = 5_000;

    // So many of the best, by the database's count of terms, are looked at more closely.
    private const int MaxRanked = 200;

    /// <summary>Indexes a cycle. Idempotent: a cycle that is indexed is left as it is.</summary>
    /// <param name="threadId">Its thread.</param>
    /// <param name="cycleId">The cycle.</param>
    /// <param name="input">What was told or asked. Passages that only ask are left out.</param>
    /// <param name="answer">What was answered.</param>
    /// <param name="cancellationToken">Gives up; whether it was indexed is then not known.</param>
    /// <remarks>Of each text at most 512 KiB are indexed.</remarks>
    public async Task AddAsync(
        string threadId, Guid cycleId, string input, string answer, CancellationToken cancellationToken = default)
    {
        var told = Passages.Of(input).Where(passage => !Passages.IsQuestion(passage)).Select(passage => (Part: "input", Text: passage));
        var passages = Passages.Of(answer).Select(passage => (Part: "answer", Text: passage)).Concat(told)
            .Select(passage => (passage.Part, Text: passage.Text.Replace("\0", "", StringComparison.Ordinal)))
            .Select(passage => (passage.Part, passage.Text, Lexemes: Vector(passage.Text)))
            .Where(passage => passage.Lexemes.Length > 0)
            .ToList();
        if (passages.Count == 0)
        {
            return;
        }

        await using var command = dataSource.CreateCommand(
            """
            INSERT INTO knowledge_passages (thread_id, cycle_id, n, part, text, lexemes)
            SELECT $1, $2, p.n, p.part, p.text, p.lexemes::tsvector
            FROM unnest($3, $4, $5) WITH ORDINALITY AS p (part, text, lexemes, n)
            ORDER BY p.n
            ON CONFLICT DO NOTHING
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = ThreadIds.Parse(threadId) });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = cycleId });
        command.Parameters.Add(Texts(passages.Select(passage => passage.Part)));
        command.Parameters.Add(Texts(passages.Select(passage => passage.Text)));
        command.Parameters.Add(Texts(passages.Select(passage => passage.Lexemes)));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Finds passages about what a text says or asks, best first.</summary>
    /// <param name="query">The text, of any length and script.</param>
    /// <param name="excludeCycle">A cycle to leave out, such as the one that asks; null for none.</param>
    /// <param name="excludeThread">A thread to leave out; null for none.</param>
    /// <param name="limit">How many, at most <see cref="MaxHits"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>
    /// At most three passages a cycle. None where nothing fits well enough. The same index gives the same answer.
    /// </returns>
    public async Task<IReadOnlyList<KnowledgeHit>> SearchAsync(
        string query,
        Guid? excludeCycle = null,
        string? excludeThread = null,
        int limit = 10,
        CancellationToken cancellationToken = default)
    {
        var terms = KnowledgeQuery.TermsOf(query);
        if (terms.Length == 0)
        {
            return [];
        }

        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var (passages, holding) = await FrequenciesAsync(connection, terms, cancellationToken);
        var weighed = new KnowledgeQuery(terms, Array.ConvertAll(holding, count => KnowledgeQuery.Weight(passages, count)));
        var chosen = Rarest(terms, holding);
        if (chosen.Count == 0)
        {
            return [];
        }

        await using var command = new NpgsqlCommand(
            """
            SELECT p.thread_id, p.cycle_id, p.n, p.part, p.text, ts_rank_cd(p.lexemes, $2::tsquery, 1 | 32)
            FROM (
                SELECT * FROM knowledge_passages
                WHERE lexemes @@ $1::tsquery
                  AND ($5::uuid IS NULL OR cycle_id <> $5) AND ($6::uuid IS NULL OR thread_id <> $6)
                ORDER BY id DESC LIMIT $7
            ) AS p
            CROSS JOIN LATERAL (
                SELECT sum(t.weight) AS weight FROM unnest($3, $4) AS t (term, weight)
                WHERE p.lexemes @@ ('''' || t.term || '''')::tsquery
            ) AS held
            ORDER BY held.weight DESC, p.cycle_id, p.n
            LIMIT $8
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = AnyOf(chosen) });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = AnyOf(terms) });
        command.Parameters.Add(Texts(terms));
        command.Parameters.Add(new NpgsqlParameter<double[]> { TypedValue = [.. weighed.Weights] });
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = excludeCycle, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new NpgsqlParameter<Guid?>
        {
            TypedValue = excludeThread is null ? null : ThreadIds.Parse(excludeThread),
            NpgsqlDbType = NpgsqlDbType.Uuid,
        });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MaxCandidates });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MaxRanked });
        return await RankAsync(command, weighed, Math.Clamp(limit, 1, MaxHits), cancellationToken);
    }

    private static async Task<IReadOnlyList<KnowledgeHit>> RankAsync(
        NpgsqlCommand command, KnowledgeQuery query, int limit, CancellationToken cancellationToken)
    {
        var hits = new List<(KnowledgeHit Hit, int Number)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var text = reader.GetString(4);
            if (query.Rank(text, reader.GetFloat(5)) is { } rank)
            {
                hits.Add((
                    new KnowledgeHit(
                        ThreadIds.Format(reader.GetGuid(0)),
                        ThreadIds.Format(reader.GetGuid(1)),
                        text,
                        reader.GetString(3) == "answer",
                        Math.Round(rank, 6)),
                    reader.GetInt32(2)));
            }
        }

        return [.. hits
            .OrderByDescending(entry => entry.Hit.Rank)
            .ThenBy(entry => entry.Hit.CycleId, StringComparer.Ordinal)
            .ThenBy(entry => entry.Number)
            .GroupBy(entry => entry.Hit.CycleId)
            .SelectMany(cycle => cycle.DistinctBy(entry => entry.Hit.Passage).Take(PassagesPerCycle))
            .OrderByDescending(entry => entry.Hit.Rank)
            .ThenBy(entry => entry.Hit.CycleId, StringComparer.Ordinal)
            .ThenBy(entry => entry.Number)
            .Take(limit)
            .Select(entry => entry.Hit)];
    }

    private static async Task<(long Passages, long[] Holding)> FrequenciesAsync(
        NpgsqlConnection connection, string[] terms, CancellationToken cancellationToken)
    {
        // Passages are never removed, so the newest one's number is about how many there are.
        await using var command = new NpgsqlCommand(
            """
            SELECT coalesce((SELECT max(id) FROM knowledge_passages), 0),
                   array(SELECT (SELECT count(*) FROM (
                             SELECT FROM knowledge_passages WHERE lexemes @@ ('''' || t.term || '''')::tsquery LIMIT $2) AS held)
                         FROM unnest($1) WITH ORDINALITY AS t (term, n) ORDER BY t.n)
            """,
            connection);
        command.Parameters.Add(Texts(terms));
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MaxCandidates });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetFieldValue<long[]>(1));
    }

    // As many as the candidates' bound allows, at least one.
    private static List<string> Rarest(string[] terms, long[] holding)
    {
        var chosen = new List<string>();
        long candidates = 0;
        foreach (var (term, count) in terms.Zip(holding).Where(pair => pair.Second > 0).OrderBy(pair => pair.Second))
        {
            candidates += count;
            if (chosen.Count > 0 && candidates > MaxCandidates)
            {
                break;
            }

            chosen.Add(term);
        }

        return chosen;
    }

    // Lexemes hold neither quotes nor backslashes.
    private static string AnyOf(IEnumerable<string> terms) => string.Join(" | ", terms.Select(term => $"'{term}'"));

    private static string Vector(string passage)
    {
        var positions = new SortedDictionary<string, List<int>>(StringComparer.Ordinal);
        var position = 0;
        foreach (var lexeme in Lexemes.Of(passage))
        {
            if (!positions.TryGetValue(lexeme, out var held))
            {
                positions[lexeme] = held = [];
            }

            held.Add(Math.Min(++position, Lexemes.MaxPosition));
        }

        var vector = new StringBuilder();
        foreach (var (lexeme, held) in positions)
        {
            vector.Append(CultureInfo.InvariantCulture, $"'{lexeme}':{string.Join(',', held)} ");
        }

        return vector.ToString();
    }

    private static NpgsqlParameter<string[]> Texts(IEnumerable<string> values) =>
        new() { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
}
