namespace Choir.Tests.Support;

/// <summary>A real gateway in a separate process.</summary>
public sealed class GatewayProcess : StartedService
{
    private GatewayProcess(string connectionString, (string Name, string Value)[] settings)
        : base("Choir.Gateway", connectionString, settings)
    {
    }

    /// <summary>Starts a gateway and waits until it listens.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="settings">Settings in addition to the database and the chain.</param>
    public static async Task<GatewayProcess> StartAsync(string connectionString, params (string Name, string Value)[] settings)
    {
        var gateway = Launch(connectionString, settings);
        await gateway.StartedAsync();
        return gateway;
    }

    /// <summary>Starts a gateway, and does not wait until it listens.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="settings">Settings in addition to the database and the chain.</param>
    public static GatewayProcess Launch(string connectionString, params (string Name, string Value)[] settings) => new(connectionString, settings);
}
