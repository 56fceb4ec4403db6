using System.Globalization;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Choir.Storage;

/// <summary>The full-text index of the inputs and answers of completed cycles.</summary>
/// <param name="dataSource">The database.</param>
/// <param name="time">The clock; null for that of the system.</param>
public sealed class KnowledgeIndex(NpgsqlDataSource dataSource, TimeProvider? time = null)
{
    /// <summary>The maximum number of passages of one search.</summary>
    public const int MaxHits = 50;

    private const int PassagesPerCycle = 3;

    // The greatest position in a tsvector.
    private const int MaxPosition = 16_383;

    // The number of passages that are ranked. They are selected by the rarest terms of the query.
    private const int MaxCandidates = 300;

    // The number up to which the passages that hold a term are counted.
    private const int MaxCounted = 1_000;

    // The number of passages that are ranked again in memory: the best by the total weight of their terms.
    private const int MaxRanked = 100;

    private readonly CommonTerms _common = new(time ?? TimeProvider.System);

    /// <summary>Indexes a cycle. Idempotent: a cycle that is indexed stays unchanged.</summary>
    /// <param name="threadId">Its thread.</param>
    /// <param name="cycleId">The cycle.</param>
    /// <param name="input">The input. Passages with only questions are omitted.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="cancellationToken">Cancels the operation; whether the cycle was indexed is then unknown.</param>
    /// <remarks>Of each text at most 512 KiB are indexed.</remarks>
    public async Task AddAsync(
        string threadId, Guid cycleId, string input, string answer, CancellationToken cancellationToken = default)
    {
        var statements = Passages.Of(input).Where(passage => !Passages.IsQuestion(passage)).Select(passage => (Part: "input", Text: passage));
        var passages = Passages.Of(answer).Select(passage => (Part: "answer", Text: passage)).Concat(statements)
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

    /// <summary>Finds the passages that match a text, best first.</summary>
    /// <param name="query">The text, of any length and script.</param>
    /// <param name="excludeCycle">A cycle to exclude, such as the one that searches; null for none.</param>
    /// <param name="excludeThread">A thread to exclude; null for none.</param>
    /// <param name="limit">How many at most, up to <see cref="MaxHits"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>
    /// At most three passages of a cycle; none if no passage matches well enough. The result is deterministic.
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
        var weighted = new KnowledgeQuery(terms, Array.ConvertAll(holding, count => KnowledgeQuery.Weight(passages, count)));
        var chosen = Rarest(terms, holding);
        if (chosen.Count == 0)
        {
            return [];
        }

        await using var command = new NpgsqlCommand(
            """
            SELECT best.thread_id, best.cycle_id, best.n, best.part, best.text, ts_rank_cd(best.lexemes, $2::tsquery, 1 | 32)
            FROM (
                SELECT p.*
                FROM (
                    SELECT * FROM knowledge_passages
                    WHERE lexemes @@ $1::tsquery
                      AND ($5::uuid IS NULL OR cycle_id <> $5) AND ($6::uuid IS NULL OR thread_id <> $6)
                    ORDER BY id DESC LIMIT $7
                ) AS p
                CROSS JOIN LATERAL (
                    SELECT sum(t.weight) AS weight FROM unnest($3::tsquery[], $4) AS t (term, weight)
                    WHERE p.lexemes @@ t.term
                ) AS held
                ORDER BY held.weight DESC, p.cycle_id, p.n
                LIMIT $8
            ) AS best
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = AnyOf(chosen) });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = AnyOf(terms) });
        command.Parameters.Add(Texts(terms.Select(Quoted)));
        command.Parameters.Add(new NpgsqlParameter<double[]> { TypedValue = [.. weighted.Weights] });
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = excludeCycle, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new NpgsqlParameter<Guid?>
        {
            TypedValue = excludeThread is null ? null : ThreadIds.Parse(excludeThread),
            NpgsqlDbType = NpgsqlDbType.Uuid,
        });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MaxCandidates });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MaxRanked });
        return await RankAsync(command, weighted, Math.Clamp(limit, 1, MaxHits), cancellationToken);
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

    private async Task<(long Passages, long[] Holding)> FrequenciesAsync(
        NpgsqlConnection connection, string[] terms, CancellationToken cancellationToken)
    {
        var known = Array.ConvertAll(terms, _common.Find);
        var unknown = terms.Where((_, index) => known[index] is null).ToArray();
        var (passages, counted) = await CountAsync(connection, unknown, cancellationToken);
        var next = 0;
        var holding = Array.ConvertAll(known, count => count ?? counted[next++]);
        for (var index = 0; index < unknown.Length; index++)
        {
            _common.Add(unknown[index], counted[index]);
        }

        return (passages, holding);
    }

    private static async Task<(long Passages, long[] Holding)> CountAsync(
        NpgsqlConnection connection, string[] terms, CancellationToken cancellationToken)
    {
        // Passages are never removed, so the greatest id is about their number.
        await using var command = new NpgsqlCommand(
            """
            SELECT coalesce((SELECT max(id) FROM knowledge_passages), 0),
                   array(SELECT (SELECT count(*) FROM (
                             SELECT FROM knowledge_passages WHERE lexemes @@ ('''' || t.term || '''')::tsquery LIMIT $2) AS held)
                         FROM unnest($1) WITH ORDINALITY AS t (term, n) ORDER BY t.n)
            """,
            connection);
        command.Parameters.Add(Texts(terms));
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MaxCounted });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetFieldValue<long[]>(1));
    }

    // As many terms as keep the number of candidates below its limit, at least one.
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

    // Lexemes contain neither quotes nor backslashes.
    private static string AnyOf(IEnumerable<string> terms) => string.Join(" | ", terms.Select(Quoted));

    private static string Quoted(string term) => $"'{term}'";

    private static string Vector(string passage)
    {
        var positions = new SortedDictionary<string, List<int>>(StringComparer.Ordinal);
        var position = 0;
        foreach (var lexeme in Tokenizer.Lexemes(passage))
        {
            if (!positions.TryGetValue(lexeme, out var held))
            {
                positions[lexeme] = held = [];
            }

            held.Add(Math.Min(++position, MaxPosition));
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
