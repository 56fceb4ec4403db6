using System.Collections.Concurrent;
using Choir.Tests.Integration.Gateway;
using Microsoft.AspNetCore.Builder;

[assembly: AssemblyFixture(typeof(GatewaysToLend))]

namespace Choir.Tests.Integration.Gateway;

/// <summary>Started gateways that no test uses at the moment, by their settings. They end after the last test.</summary>
public sealed class GatewaysToLend : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<string, ConcurrentBag<WebApplication>> Free = new(StringComparer.Ordinal);

    /// <summary>One that nobody uses; null if there is none.</summary>
    internal static WebApplication? Take(string[] settings) => Of(settings).TryTake(out var app) ? app : null;

    internal static void GiveBack(string[] settings, WebApplication app) => Of(settings).Add(app);

    /// <summary>Ends those that no test uses.</summary>
    internal static async Task EndAsync()
    {
        foreach (var free in Free.Values)
        {
            while (free.TryTake(out var app))
            {
                await app.DisposeAsync();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await EndAsync();

    private static ConcurrentBag<WebApplication> Of(string[] settings) => Free.GetOrAdd(string.Join('\n', settings), _ => []);
}
