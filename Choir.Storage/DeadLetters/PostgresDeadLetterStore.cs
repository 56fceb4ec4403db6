using System.Diagnostics.CodeAnalysis;
using Choir.Actors;
using Choir.ServiceDefaults;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Choir.Storage;

/// <summary>Stores the newest <see cref="StorageOptions.MaxDeadLetters"/> dead letters in Postgres.</summary>
public sealed class PostgresDeadLetterStore(
    NpgsqlDataSource dataSource, IOptions<StorageOptions> options, ILogger<PostgresDeadLetterStore> logger)
    : IDeadLetterStore
{
    /// <summary>The maximum number of letters on a page.</summary>
    public const int MaxPage = 200;

    // The table is trimmed after this many additions, so it may exceed its limit by as many for each host.
    private const int TrimEvery = 100;

    private const string Columns =
        "id, target_type, target_id, reason, detail, at, message_id, message_type, data, sender_type, sender_id, " +
        "correlation_id, causation_id, trace_parent, sent_at, expects_reply, replayed_at";

    private int _added;

    /// <inheritdoc/>
    public async Task AddAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(letter);
        var message = letter.Message;
        await using var command = dataSource.CreateCommand(
            $"INSERT INTO dead_letters ({Columns}) VALUES " +
            "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, NULL) ON CONFLICT DO NOTHING");
        command.Parameters.AddRange(new NpgsqlParameter[]
        {
            new() { Value = letter.Id },
            new() { Value = Storable(letter.Target.Type) },
            new() { Value = Storable(letter.Target.Id) },
            new() { Value = letter.Reason },
            new() { Value = Storable(letter.Detail) },
            new() { Value = letter.At.ToUniversalTime() },
            new() { Value = message.Id },
            new() { Value = Storable(message.Type) },
            new() { Value = message.Data },
            new NpgsqlParameter<string?> { TypedValue = Storable(message.Sender.Type) },
            new NpgsqlParameter<string?> { TypedValue = Storable(message.Sender.Id) },
            new() { Value = message.CorrelationId },
            new() { Value = message.CausationId },
            new NpgsqlParameter<string?> { TypedValue = message.TraceContext.ToTraceParent() },
            new() { Value = new DateTimeOffset(message.SentAtTicks, TimeSpan.Zero) },
            new() { Value = message.ExpectsReply },
        });
        await command.ExecuteNonQueryAsync(cancellationToken);
        if (Interlocked.Increment(ref _added) % TrimEvery == 0)
        {
            await TrimAsync(cancellationToken);
        }
    }

    /// <summary>A page of letters, newest first.</summary>
    /// <param name="before">The last letter of the previous page; null for the first page.</param>
    /// <param name="limit">How many at most, up to <see cref="MaxPage"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<IReadOnlyList<StoredDeadLetter>> ListAsync(Guid? before, int limit, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            $"SELECT {Columns} FROM dead_letters WHERE $1 IS NULL OR id < $1 ORDER BY id DESC LIMIT $2");
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = before });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Math.Clamp(limit, 1, MaxPage) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var letters = new List<StoredDeadLetter>();
        while (await reader.ReadAsync(cancellationToken))
        {
            letters.Add(Read(reader));
        }

        return letters;
    }

    /// <summary>Finds a letter; null if there is none with this id.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<StoredDeadLetter?> GetAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"SELECT {Columns} FROM dead_letters WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
    }

    /// <summary>Marks a letter as sent again.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>True if it exists and was not marked before. Of several concurrent calls one gets true.</returns>
    public async Task<bool> MarkReplayedAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            "UPDATE dead_letters SET replayed_at = now() WHERE id = $1 AND replayed_at IS NULL");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    private async Task TrimAsync(CancellationToken cancellationToken)
    {
        var limit = options.Value.MaxDeadLetters;
        await using var command = dataSource.CreateCommand(
            "DELETE FROM dead_letters WHERE id <= (SELECT id FROM dead_letters ORDER BY id DESC OFFSET $1 LIMIT 1)");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        var removed = await command.ExecuteNonQueryAsync(cancellationToken);
        if (removed > 0)
        {
            logger.DeadLettersRemoved(removed, limit);
        }
    }

    // The text of a dead letter may be invalid, and a letter that cannot be stored would block the later ones.
    [return: NotNullIfNotNull(nameof(text))]
    private static string? Storable(string? text) => text is null ? null : PlainText.Clean(text);

    private static StoredDeadLetter Read(NpgsqlDataReader reader)
    {
        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

        var message = new ActorMessage
        {
            Id = reader.GetGuid(6),
            Type = reader.GetString(7),
            Data = reader.GetFieldValue<byte[]>(8),
            Sender = Text(9) is { } type && Text(10) is { } id ? ActorAddress.OfStored(type, id) : default,
            CorrelationId = reader.GetGuid(11),
            CausationId = reader.GetGuid(12),
            TraceContext = TraceContext.Parse(Text(13)),
            SentAtTicks = reader.GetFieldValue<DateTimeOffset>(14).UtcTicks,
            SentTimestamp = 0,
            SenderProcess = 0,
            ExpectsReply = reader.GetBoolean(15),
        };
        var letter = new DeadLetter(
            reader.GetGuid(0),
            ActorAddress.OfStored(reader.GetString(1), reader.GetString(2)),
            message,
            reader.GetString(3),
            reader.GetString(4),
            reader.GetFieldValue<DateTimeOffset>(5));
        return new StoredDeadLetter(letter, reader.IsDBNull(16) ? null : reader.GetFieldValue<DateTimeOffset>(16));
    }
}

/// <summary>A stored dead letter.</summary>
/// <param name="Letter">
/// The letter. Its message has no deadline and no timestamp of the sending process. Its addresses may be invalid: see
/// <see cref="ActorAddress.OfStored"/>.
/// </param>
/// <param name="ReplayedAt">When it was sent again; null if it was not.</param>
public sealed record StoredDeadLetter(DeadLetter Letter, DateTimeOffset? ReplayedAt);
