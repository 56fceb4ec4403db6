using Microsoft.Extensions.Configuration;

namespace Choir.Storage;

/// <summary>The configured connection string.</summary>
internal sealed class ConnectionSource(IConfiguration configuration)
{
    public string ConnectionString =>
        configuration.GetConnectionString(StorageOptions.ConnectionName) is { Length: > 0 } given
            ? given
            : throw new InvalidOperationException(
                $"No database is configured. Set ConnectionStrings:{StorageOptions.ConnectionName} to a Postgres connection string, " +
                "such as Host=localhost;Database=choir;Username=choir;Password=….");
}
