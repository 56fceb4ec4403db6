using Choir.Storage;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Choir.AppHost.Infrastructure.External;

/// <summary>The Postgres and the Ethereum node that exist already, and are used instead of starting one.</summary>
/// <param name="Database">The connection string of the database; null to start a Postgres.</param>
/// <param name="Chain">The node's JSON-RPC address; null to start a node.</param>
internal sealed record ExternalServers(string? Database, Uri? Chain)
{
    public const string DatabaseSetting = "ConnectionStrings:choir";
    public const string ChainSetting = "Chain:Url";

    /// <summary>Whether nothing has to be started.</summary>
    public bool IsComplete => Database is not null && Chain is not null;

    /// <summary>Reads both settings.</summary>
    /// <exception cref="InfrastructureException">A value is not valid. The message does not contain it, because it may have a secret.</exception>
    public static ExternalServers Read(IConfiguration configuration)
    {
        var (database, chain) = (configuration[DatabaseSetting], configuration[ChainSetting]);
        return new ExternalServers(
            string.IsNullOrWhiteSpace(database) ? null : Checked(database),
            string.IsNullOrWhiteSpace(chain) ? null : Address(chain));
    }

    /// <summary>The server of a connection string and its database, for people.</summary>
    public static string Describe(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        return settings.Host!.Contains(',') || settings.Host.Contains(':') || settings.Host.StartsWith('/')
            ? $"{settings.Host}/{settings.Database}"
            : $"{settings.Host}:{settings.Port}/{settings.Database}";
    }

    /// <summary>The address of a node without path, query and user, which often contain a key.</summary>
    public static string Describe(Uri url) => url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    private static string Checked(string text) => ConnectionStringFormat.ProblemOf(DatabaseSetting, text, needsDatabase: true) is { } problem
        ? throw new InfrastructureException(problem)
        : text;

    private static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new InfrastructureException($"{ChainSetting} must be the http or https address of a node's JSON-RPC API, such as http://localhost:8545.");
}
