using Microsoft.Extensions.Configuration;

namespace Choir.Storage;

/// <summary>The connection string as it was configured.</summary>
internal sealed class ConnectionSource(IConfiguration configuration)
{
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public string ConnectionString =>
        configuration.GetConnectionString(StorageOptions.ConnectionName) is { Length: > 0 } given
            ? given
            : throw new InvalidOperationException(
                $"There is no database. Set ConnectionStrings:{StorageOptions.ConnectionName} to a Postgres connection string, " +
                "such as Host=localhost;Database=choir;Username=choir;Password=….");
}
