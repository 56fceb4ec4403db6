using System.Net;
using System.Net.NetworkInformation;

namespace Choir.ServiceDefaults;

/// <summary>
/// The user's HTTP proxy, except for addresses that a proxy cannot or must not reach: loopback, this machine's own addresses, and
/// names without a dot, which are services of the same network (<c>http://collector:4317</c>).
/// </summary>
/// <remarks>
/// .NET sends requests to loopback addresses to the proxy of the environment variables as well. The proxy that is replaced
/// here is the default of every HTTP client and gRPC channel of the process.
/// </remarks>
/// <param name="proxy">The user's proxy.</param>
public sealed class LocalProxyBypass(IWebProxy proxy) : IWebProxy
{
    private static readonly Lock Applying = new();

    // Read once: a machine that gets another address later is reached by loopback or by name.
    private static readonly Lazy<HashSet<IPAddress>> OwnAddresses = new(() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address),
    ]);

    /// <summary>Applies to all HTTP clients of this process. Must be called before the first request.</summary>
    public static void Apply()
    {
        lock (Applying)
        {
            if (HttpClient.DefaultProxy is not LocalProxyBypass)
            {
                HttpClient.DefaultProxy = new LocalProxyBypass(HttpClient.DefaultProxy);
            }
        }
    }

    /// <inheritdoc/>
    public ICredentials? Credentials
    {
        get => proxy.Credentials;
        set => proxy.Credentials = value;
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => IsLocal(destination) ? null : proxy.GetProxy(destination);

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => IsLocal(host) || proxy.IsBypassed(host);

    private static bool IsLocal(Uri address) =>
        IPAddress.TryParse(address.IdnHost, out var ip)
            ? IPAddress.IsLoopback(ip) || OwnAddresses.Value.Contains(ip)
            : !address.IdnHost.Contains('.') || address.IdnHost.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
}
