using System.Collections.Concurrent;
using Choir.Actors.Inspection;

namespace Choir.Storage.Telemetry;

/// <summary>Npgsql's pools of connections, from its own instruments.</summary>
internal sealed class PoolFigures
{
    private const string Connections = "db.client.connection.count";
    private const string Max = "db.client.connection.max";
    private const string Pending = "db.client.connection.npgsql.pending_requests";
    private const string PoolName = "db.client.connection.pool.name";
    private const string State = "db.client.connection.state";
    private const string Used = "used";

    private readonly ConcurrentDictionary<string, Pool> _pools = new(StringComparer.Ordinal);

    public static bool Reads(string instrument) => instrument is Connections or Max or Pending;

    public void Measured(string instrument, int value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string? name = null;
        var isUsed = false;
        foreach (var (key, tag) in tags)
        {
            name = key == PoolName ? tag as string : name;
            isUsed |= key == State && tag as string == Used;
        }

        if (name is null)
        {
            return;
        }

        var pool = _pools.GetOrAdd(name, static _ => new Pool());
        switch (instrument)
        {
            case Connections when isUsed:
                pool.Used = value;
                break;
            case Max:
                pool.Max = value;
                break;
            case Pending:
                // Reported as changes.
                Interlocked.Add(ref pool.Waiting, value);
                break;
        }
    }

    /// <summary>The pools. Connections without pooling, such as the one that listens to events, have no maximum, and are none.</summary>
    public IEnumerable<DependencyFigures> Read(string dependency) => _pools.Where(pool => pool.Value.Max is not null).OrderBy(pool => pool.Key, StringComparer.Ordinal).Select(pool =>
        new DependencyFigures(dependency, pool.Key, 0, null, null, 0, pool.Value.Used, pool.Value.Max, Math.Max(0, Volatile.Read(ref pool.Value.Waiting))));

    private sealed class Pool
    {
        public int Waiting;

        public int Used { get; set; }

        public int? Max { get; set; }
    }
}
