using Choir.Actors.Inspection;
using Choir.Observatory;
using Choir.Observatory.Assistants;
using Choir.Observatory.Hosting;
using Choir.Observatory.Live;
using Choir.Observatory.SignIn;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds the Observatory to an ASP.NET Core application.</summary>
public static class ObservatoryEndpointExtensions
{
    /// <summary>
    /// Maps the live pages, at <c>/observatory</c> unless configured otherwise. The application must be a silo or a client of a cluster
    /// with Choir's actors (<c>UseChoirActors</c>) or with observed grains (<c>AddChoirObservability</c>). Nothing else has to be registered.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <param name="configure">Changes the settings; null for the defaults.</param>
    /// <returns>For further conventions of the pages' route, and for what else the application does with the figures.</returns>
    /// <exception cref="InvalidOperationException">The application has neither.</exception>
    public static ObservatoryEndpoint MapObservatory(this WebApplication app, Action<ObservatoryOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        var options = new ObservatoryOptions { Name = app.Environment.ApplicationName };
        configure?.Invoke(options);
        var services = app.Services;
        var inspection = services.GetService<IActorInspection>()
            ?? throw new InvalidOperationException("The Observatory shows the actors and grains of a cluster: add UseChoirActors, or for ordinary grains AddChoirObservability, to the silo or the client.");
        var time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        var loggers = services.GetRequiredService<ILoggerFactory>();
        var links = new SignInLinks(options.SignInToken, time);
        var live = new LiveFigures(services, inspection, options, time, loggers.CreateLogger<LiveFigures>());
        var pipeline = new ObservatoryPipeline(services, options, links, live);
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            live.Start();
            if (options.SignInToken is null && options.RoleOfKey is null)
            {
                loggers.CreateLogger("Choir.Observatory").SignInLinkAvailable($"{AddressOf(app)}{options.Path}/sign-in?token={links.First}");
            }
        });
        app.Lifetime.ApplicationStopping.Register(live.Stop);
        app.Lifetime.ApplicationStopped.Register(() => pipeline.DisposeAsync().AsTask().GetAwaiter().GetResult());
        var route = app.Map($"{options.Path}/{{**page}}", context => pipeline.HandleAsync(context, options.Path))
            .WithMetadata(new AllowAnonymousAttribute())
            .ExcludeFromDescription()
            .WithDisplayName("Observatory");
        if (options.AssistantPath is { } assistants)
        {
            app.Map(assistants, context => pipeline.HandleAsync(context, context.Request.PathBase, AssistantSetup.Path))
                .WithMetadata(new AllowAnonymousAttribute())
                .ExcludeFromDescription()
                .WithDisplayName("Model Context Protocol");
        }

        return new ObservatoryEndpoint(route, live, options.Path);
    }

    private static string AddressOf(WebApplication app) => (app.Urls.FirstOrDefault() ?? string.Empty)
        .Replace("//[::]", "//localhost", StringComparison.Ordinal)
        .Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal)
        .TrimEnd('/');
}
