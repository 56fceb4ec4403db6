namespace Choir.Tests.Support;

/// <summary>A real actor host in a separate process.</summary>
public sealed class ActorHostProcess : StartedService
{
    private ActorHostProcess(string connectionString, (string Name, string Value)[] settings)
        : base("Choir.ActorHost", connectionString, settings)
    {
    }

    /// <summary>Starts a host and waits until it has joined the cluster.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="settings">Settings in addition to the database and the chain.</param>
    public static async Task<ActorHostProcess> StartAsync(string connectionString, params (string Name, string Value)[] settings)
    {
        var host = Launch(connectionString, settings);
        await host.StartedAsync();
        return host;
    }

    /// <summary>Starts a host, and does not wait until it has joined the cluster.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="settings">Settings in addition to the database and the chain.</param>
    public static ActorHostProcess Launch(string connectionString, params (string Name, string Value)[] settings) => new(connectionString, settings);
}
