using Npgsql;

namespace Choir.Storage;

/// <summary>Checks what was given as a connection string. Also compiled into the AppHost, which has none of the storage's dependencies.</summary>
internal static class ConnectionStringFormat
{
    private const string Example = "Host=db.example.com;Port=5432;Database=choir;Username=choir;Password=...";

    /// <summary>Says what is wrong with a connection string.</summary>
    /// <param name="setting">The setting that it is the value of.</param>
    /// <param name="text">The connection string.</param>
    /// <param name="needsDatabase">Whether the database must be named; by default it is that of the user's name.</param>
    /// <returns>A sentence without the value, which may have a secret; null if nothing is wrong.</returns>
    public static string? ProblemOf(string setting, string text, bool needsDatabase)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(text);
            return (string.IsNullOrWhiteSpace(settings.Host), needsDatabase && string.IsNullOrWhiteSpace(settings.Database)) switch
            {
                (false, false) => null,
                _ when needsDatabase => $"{setting} must have Host and Database, such as {Example}",
                _ => $"{setting} must have Host, such as {Example}",
            };
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or NotSupportedException)
        {
            return $"{setting} is not a connection string of Npgsql. Give one such as {Example}";
        }
    }
}
