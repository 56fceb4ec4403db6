using Microsoft.Extensions.Logging;
using Npgsql;

namespace Choir.Storage;

/// <summary>The wait for a database that cannot be used yet: one record when it begins, one when it ends.</summary>
internal sealed class DatabaseWaiting(TimeSpan limit, TimeProvider time, ILogger logger)
{
    private readonly long _startedAt = time.GetTimestamp();
    private string? _reason;

    /// <summary>Another attempt has failed.</summary>
    /// <exception cref="SchemaException">The time is over, or waiting does not help.</exception>
    public void Continue(DatabaseFault fault, Exception? cause = null)
    {
        if (IsMisconfigured(fault))
        {
            throw new SchemaException(
                $"The database cannot be used: {fault.Reason}. Correct ConnectionStrings:{StorageOptions.ConnectionName}.", cause);
        }

        if (time.GetElapsedTime(_startedAt) >= limit)
        {
            throw new SchemaException(
                $"The database could not be used within {limit.TotalSeconds:0} s: {fault.Reason}. " +
                $"Start or repair it, or correct ConnectionStrings:{StorageOptions.ConnectionName}.",
                cause);
        }

        if (_reason != fault.Reason)
        {
            _reason = fault.Reason;
            logger.DatabaseAwaited((int)limit.TotalSeconds, fault.Reason);
        }
    }

    /// <summary>The database can be used.</summary>
    public void End()
    {
        if (_reason is not null)
        {
            logger.DatabaseAnswers((int)time.GetElapsedTime(_startedAt).TotalSeconds);
        }
    }

    // Waiting does not help against a wrong password. A database or a user that does not exist yet may be created, and the server
    // may be told to let this user in.
    private static bool IsMisconfigured(DatabaseFault fault) => fault.SqlState == PostgresErrorCodes.InvalidPassword;
}
