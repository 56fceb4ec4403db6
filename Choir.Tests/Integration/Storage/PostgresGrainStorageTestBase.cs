using System.Diagnostics.Metrics;
using System.Text.Json;
using Choir.Storage;
using Choir.Storage.Telemetry;
using Choir.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace Choir.Tests.Integration.Storage;

/// <summary>Grain storage in a database of its own.</summary>
public abstract class PostgresGrainStorageTestBase : IClassFixture<DatabaseFixture>, IDisposable
{
    private readonly ServiceProvider _services;

    protected PostgresGrainStorageTestBase(DatabaseFixture database)
    {
        Database = database;
        _services = new ServiceCollection()
            .AddSerializer()
            .AddMetrics()
            .AddLogging(logging => logging.AddProvider(Logs))
            .AddSingleton(database.DataSource)
            .AddSingleton<DatabaseMetrics>()
            .AddSingleton<UnreadableStates>()
            .BuildServiceProvider();
        Storage = ActivatorUtilities.CreateInstance<PostgresGrainStorage>(_services);
    }

    protected DatabaseFixture Database { get; }

    protected IServiceProvider Services => _services;

    private protected PostgresGrainStorage Storage { get; }

    private protected LogCollector Logs { get; } = new();

    public void Dispose()
    {
        _services.Dispose();
        GC.SuppressFinalize(this);
    }

    public sealed record Counted(int Value = 0, string Note = "", IReadOnlyList<string>? Items = null);

    protected static GrainId NewId() => GrainId.Create("counter", Guid.NewGuid().ToString());

    protected async Task<GrainState<Counted>> ReadAsync(GrainId id, string name = "state")
    {
        var read = new GrainState<Counted>();
        await Storage.ReadStateAsync(name, id, read);
        return read;
    }
}
