using System.Text;
using Choir.LoadTest.Overhead.Measuring;

namespace Choir.LoadTest.Limits;

/// <summary>Actor messages through the gateway, compared with a bare endpoint in front of a plain grain.</summary>
internal sealed class GatewayLimit : ILimit
{
    private const string Body = """{"type":"PING","data":{}}""";

    private readonly Uri _gateway;
    private readonly int _clients;
    private readonly string _key;
    private readonly BareEndpoint _bare;

    private GatewayLimit(Uri gateway, int clients, string key, BareEndpoint bare) =>
        (_gateway, _clients, _key, _bare) = (gateway, clients, key, bare);

    /// <inheritdoc/>
    public string Name => "actor messages through the gateway";

    /// <inheritdoc/>
    public string BareName => "a bare endpoint";

    /// <inheritdoc/>
    public double Target => 0.6;

    /// <exception cref="MeasurementException">There is no key, or the bare endpoint did not start.</exception>
    public static async Task<GatewayLimit> StartAsync(Uri gateway, int clients, CancellationToken cancellationToken)
    {
        var key = Environment.GetEnvironmentVariable("CHOIR_API_KEY");
        if (string.IsNullOrEmpty(key))
        {
            throw new MeasurementException("Set CHOIR_API_KEY to the gateway's key; the AppHost prints it.");
        }

        var bare = await BareEndpoint.StartAsync(cancellationToken);
        var limit = new GatewayLimit(gateway, clients, key, bare);

        // Compiles both.
        await limit.MeasureBareAsync(TimeSpan.FromSeconds(5), cancellationToken);
        await limit.MeasureChoirAsync(TimeSpan.FromSeconds(5), cancellationToken);
        return limit;
    }

    /// <inheritdoc/>
    public Task<double> MeasureChoirAsync(TimeSpan time, CancellationToken cancellationToken) =>
        RunAsync(_gateway, client => $"/actors/test_actor/limit-{client}/messages", time, cancellationToken);

    /// <inheritdoc/>
    public Task<double> MeasureBareAsync(TimeSpan time, CancellationToken cancellationToken) =>
        RunAsync(_bare.Address, client => $"/bare/limit-{client}", time, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _bare.DisposeAsync();

    private Task<double> RunAsync(Uri address, Func<int, string> path, TimeSpan time, CancellationToken cancellationToken) => HttpLoops.RunAsync(
        address,
        client => Encoding.ASCII.GetBytes(
            $"POST {path(client)} HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {_key}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}"),
        _clients,
        time,
        cancellationToken);
}
