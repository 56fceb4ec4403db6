namespace Choir.AppHost.Infrastructure;

/// <summary>Keeps local requests away from the HTTP proxy of the environment variables.</summary>
/// <remarks>
/// .NET sends requests to loopback addresses to the proxy as well, unless NO_PROXY has them. The app host, the dashboard and the
/// services talk to each other over loopback, and a proxy on another machine cannot reach them.
/// </remarks>
internal static class ProxyVariables
{
    private static readonly string[] Proxies = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

    // .NET reads the upper case variable only if the other one is not set.
    private static readonly string[] Exceptions = ["no_proxy", "NO_PROXY"];

    // With and without brackets: .NET compares the host of the URL, other programs the address.
    private static readonly string[] Local = ["localhost", ".localhost", "127.0.0.1", "::1", "[::1]", "host.docker.internal"];

    /// <summary>
    /// Adds loopback names to NO_PROXY of this process, which its children inherit, if a proxy is set. Must be called before the
    /// first request.
    /// </summary>
    public static void ExcludeLoopback()
    {
        foreach (var (name, value) in Changes(Environment.GetEnvironmentVariable))
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    /// <summary>The variables to change, with their new values.</summary>
    internal static IEnumerable<(string Name, string Value)> Changes(Func<string, string?> variable)
    {
        if (!Proxies.Any(name => !string.IsNullOrWhiteSpace(variable(name))))
        {
            return [];
        }

        var given = Exceptions.Select(name => (Name: name, Value: variable(name))).Where(one => !string.IsNullOrWhiteSpace(one.Value)).ToList();
        return given.Count == 0
            ? Exceptions.Select(name => (name, string.Join(',', Local)))
            : given.Select(one => (one.Name, With(one.Value!)));
    }

    private static string With(string list)
    {
        var entries = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return string.Join(',', entries.Concat(entries.Contains("*") ? [] : Local.Except(entries, StringComparer.OrdinalIgnoreCase)));
    }
}
