using Npgsql;

namespace Choir.Storage;

/// <summary>An actor's state cannot be stored as it is; the stored one has not changed.</summary>
public sealed class UnstorableStateException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The actor, and what to do.</param>
    /// <param name="inner">The error of the serializer or of the database.</param>
    public UnstorableStateException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Why jsonb does not take a text that is valid JSON; null if the error has another cause.</summary>
    internal static string? Reason(PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.UntranslatableCharacter => "contains the character U+0000, which Postgres cannot store",
        PostgresErrorCodes.NumericValueOutOfRange => "contains a number that is too large for Postgres",
        PostgresErrorCodes.InvalidTextRepresentation => "contains text that is not valid Unicode, such as half of a surrogate pair",
        PostgresErrorCodes.CharacterNotInRepertoire => "contains text that is not valid UTF-8",
        _ when error.SqlState.StartsWith("54", StringComparison.Ordinal) => "is larger than Postgres can store",
        _ => null,
    };
}
