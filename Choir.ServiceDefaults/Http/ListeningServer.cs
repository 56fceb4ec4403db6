using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.ServiceDefaults.Http;

/// <summary>
/// Ends the start of a service as soon as its web server cannot listen. Components that start concurrently may wait without a limit,
/// as the Orleans client does for the first host of its cluster.
/// </summary>
internal sealed class ListeningServer(IServer server, IHostApplicationLifetime lifetime) : IServer
{
    public IFeatureCollection Features => server.Features;

    /// <summary>Replaces the web server of the container.</summary>
    public static void Use(IServiceCollection services)
    {
        var added = services.Last(service => service.ServiceType == typeof(IServer));
        services.Remove(added);
        services.AddSingleton<IServer>(provider => new ListeningServer(
            (IServer)ActivatorUtilities.CreateInstance(provider, added.ImplementationType!),
            provider.GetRequiredService<IHostApplicationLifetime>()));
    }

    public async Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        // Before the server replaces them with those that it listens on.
        var addresses = Features.Get<IServerAddressesFeature>()?.Addresses is { Count: > 0 } given ? $" on {string.Join(", ", given)}" : "";
        try
        {
            await server.StartAsync(application, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            lifetime.StopApplication();
            throw new ListeningException(
                $"The web server cannot listen{addresses}: {exception.Message.TrimEnd('.')}. Correct --urls, ASPNETCORE_URLS or Kestrel:Endpoints.",
                exception);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    public void Dispose() => server.Dispose();
}

/// <summary>The web server cannot listen.</summary>
internal sealed class ListeningException(string message, Exception cause) : Exception(message, cause);
