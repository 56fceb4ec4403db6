using Microsoft.Extensions.Configuration;

namespace Choir.Storage;

/// <summary>The configured connection strings.</summary>
internal sealed class ConnectionSource(IConfiguration configuration)
{
    /// <summary>The way to the database, possibly through a connection pooler.</summary>
    public string ConnectionString =>
        Given(StorageOptions.ConnectionName)
        ?? throw new InvalidOperationException(
            $"No database is configured. Set ConnectionStrings:{StorageOptions.ConnectionName} to a Postgres connection string, " +
            "such as Host=localhost;Database=choir;Username=choir;Password=….");

    /// <summary>The way to the server itself, for what needs a session of its own: the migration and notifications.</summary>
    public string Direct => Given(StorageOptions.DirectConnectionName) ?? ConnectionString;

    /// <summary>
    /// Whether <see cref="ConnectionString"/> may lead to a pooler that gives every transaction another session. It is so if
    /// the way to the server itself is configured too.
    /// </summary>
    public bool IsPooled => IsPooledIn(configuration);

    /// <inheritdoc cref="IsPooled"/>
    public static bool IsPooledIn(IConfiguration configuration) =>
        configuration.GetConnectionString(StorageOptions.DirectConnectionName) is { Length: > 0 };

    /// <summary>Checks the format of the given connection strings.</summary>
    /// <exception cref="InvalidOperationException">One is not valid. The message names the setting.</exception>
    public static void Check(IConfiguration configuration)
    {
        foreach (var name in (string[])[StorageOptions.ConnectionName, StorageOptions.DirectConnectionName])
        {
            if (configuration.GetConnectionString(name) is { Length: > 0 } given
                && ConnectionStringFormat.ProblemOf($"ConnectionStrings:{name}", given, needsDatabase: false) is { } problem)
            {
                throw new InvalidOperationException(problem);
            }
        }
    }

    private string? Given(string name) => configuration.GetConnectionString(name) is { Length: > 0 } given ? given : null;
}
