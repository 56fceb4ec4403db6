using Npgsql;

namespace Choir.Tests.Support.Hostile;

/// <summary>A TCP proxy before a real Postgres.</summary>
internal sealed class HostilePostgres : HostileNetwork
{
    private HostilePostgres(NpgsqlConnectionStringBuilder server)
        : base(server.Host!, server.Port) =>
        ConnectionString = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Host = "127.0.0.1", Port = Port }.ConnectionString;

    /// <summary>The way to the database through this proxy.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts a proxy.</summary>
    /// <param name="connectionString">The real database.</param>
    public static HostilePostgres Before(string connectionString) => new(new NpgsqlConnectionStringBuilder(connectionString));
}
