using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.ServiceDefaults.Http;

/// <summary>Starts the web server before other components.</summary>
public static class ServerFirst
{
    private const string WebServer = "GenericWebHostService";

    /// <summary>
    /// Starts the web server before the components that have been added since a point, instead of after all others: a service that
    /// cannot listen must end before it joins a cluster. The server also stops after them, and answers <c>/ready</c> meanwhile.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="join">Adds the components.</param>
    public static void StartServerBefore(this WebApplicationBuilder builder, Action<WebApplicationBuilder> join)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(join);
        var earlier = builder.Services.ToHashSet();
        join(builder);

        // Called when the service is built, after ASP.NET Core has added its server.
        builder.Host.ConfigureContainer<IServiceCollection>(services =>
        {
            var server = services.Last(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Name == WebServer);
            services.Remove(server);
            services.Insert(services.TakeWhile(service => service.ServiceType != typeof(IHostedService) || earlier.Contains(service)).Count(), server);
        });
    }
}
