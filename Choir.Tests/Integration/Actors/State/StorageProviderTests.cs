using Choir.Actors;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Npgsql;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace Choir.Tests.Integration.Actors.State;

/// <summary>
/// The storage providers of Orleans store the names of types and refuse those that are not allowed. All of them use the same
/// serializer; memory and ADO.NET are those that need no service in a cloud.
/// </summary>
public sealed class StorageProviderTests(PostgresFixture postgres)
{
    private const string Schema = """
        CREATE TABLE orleansquery (querykey varchar(64) PRIMARY KEY, querytext varchar(8000) NOT NULL);
        CREATE TABLE states (id text PRIMARY KEY, payload bytea, version int NOT NULL);
        CREATE FUNCTION write_state(_id text, _version int, _payload bytea) RETURNS TABLE (newgrainstateversion int) LANGUAGE sql AS $$
            INSERT INTO states VALUES (_id, _payload, 1)
            ON CONFLICT (id) DO UPDATE SET payload = _payload, version = states.version + 1 WHERE states.version = _version
            RETURNING version
        $$;
        INSERT INTO orleansquery VALUES
        ('WriteToStorageKey', 'SELECT * FROM write_state(concat(@GrainTypeString, @GrainIdExtensionString, @GrainIdN0, @GrainIdN1), @GrainStateVersion, @PayloadBinary)'),
        ('ReadFromStorageKey', 'SELECT payload AS PayloadBinary, now(), version AS Version FROM states WHERE id = concat(@GrainTypeString, @GrainIdExtensionString, @GrainIdN0, @GrainIdN1)'),
        ('ClearStorageKey', 'SELECT 1 AS NewGrainStateVersion'),
        ('DeleteStorageKey', 'SELECT 1 AS NewGrainStateVersion');
        """;

    [Theory]
    [InlineData("memory")]
    [InlineData("ADO.NET")]
    public async Task An_actor_reads_after_a_deactivation_what_it_has_stored(string provider)
    {
        var database = provider == "memory" ? "" : await CreateDatabaseAsync();
        await using var cluster = await ActorCluster.StartAsync(configureSilo: silo => _ = provider == "memory"
            ? silo.AddMemoryGrainStorageAsDefault()
            : silo.AddAdoNetGrainStorageAsDefault(options => (options.Invariant, options.ConnectionString) = ("Npgsql", database)));
        var filled = await cluster.AskAsync(nameof(BasketActor), "a", "FILL");
        Assert.False(filled.IsError, filled.ErrorMessage());
        await cluster.Cluster.DeactivateAsync(GrainId.Create(nameof(BasketActor), "a"));
        var shown = await cluster.AskAsync(nameof(BasketActor), "a", "SHOW");

        Assert.Equal(filled.Read<string>(), shown.Read<string>());
        Assert.Contains("ripe", shown.Read<string>(), StringComparison.Ordinal);
    }

    private async Task<string> CreateDatabaseAsync()
    {
        var database = await postgres.CreateDatabaseAsync(withSchema: false);
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var create = new NpgsqlCommand(Schema, connection);
        await create.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return database;
    }
}
