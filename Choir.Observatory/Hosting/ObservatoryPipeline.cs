using System.Diagnostics;
using System.Security.Claims;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Actors.Operations;
using Choir.Observatory.Assistants;
using Choir.Observatory.Components;
using Choir.Observatory.Flow;
using Choir.Observatory.History;
using Choir.Observatory.Live;
using Choir.Observatory.Runbooks;
using Choir.Observatory.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.FluentUI.AspNetCore.Components;

namespace Choir.Observatory.Hosting;

/// <summary>
/// The pages' own services and middleware, apart from those of the application, so that one line adds them, and the application's
/// authentication, Blazor components and settings do not affect them. Built at the first request.
/// </summary>
internal sealed class ObservatoryPipeline : IAsyncDisposable
{
    /// <summary>The largest message of a page, in bytes: a text that somebody enters, which is sent twice.</summary>
    private const int MaxMessageBytes = 2 << 20;

    private readonly Lazy<(ServiceProvider Services, RequestDelegate Handle)> _built;

    public ObservatoryPipeline(IServiceProvider application, ObservatoryOptions options, SignInLinks links, LiveFigures live) =>
        _built = new(() => Build(application, options, links, live));

    /// <summary>Handles a request whose path starts with that of the pages.</summary>
    public Task HandleAsync(HttpContext context, PathString pages)
    {
        context.Request.Path.StartsWithSegments(pages, out var matched, out var rest);
        return HandleAsync(context, context.Request.PathBase.Add(matched), rest.HasValue ? rest : "/");
    }

    /// <summary>Handles a request with another path than its own.</summary>
    public async Task HandleAsync(HttpContext context, PathString pathBase, PathString path)
    {
        var (services, handle) = _built.Value;
        var request = context.Request;
        var (outerServices, endpoint, outerBase, outerPath, values, user, authentication) =
            (context.RequestServices, context.GetEndpoint(), request.PathBase, request.Path, request.RouteValues, context.User,
                context.Features.Get<IAuthenticateResultFeature>());
        await using var scope = services.CreateAsyncScope();
        context.RequestServices = scope.ServiceProvider;
        context.SetEndpoint(null);
        request.RouteValues = [];

        // The pages' own requests are not traced, and what is done on a page is not a part of its connection, which lasts for hours.
        if (Activity.Current is { } activity)
        {
            activity.IsAllDataRequested = false;
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            Activity.Current = null;
        }

        // A user who has signed in to the application has not signed in to the pages.
        context.User = new ClaimsPrincipal(new ClaimsIdentity());
        context.Features.Set<IAuthenticateResultFeature>(null);
        request.PathBase = pathBase;
        request.Path = path;
        try
        {
            await handle(context);
        }
        finally
        {
            (context.RequestServices, request.PathBase, request.Path, request.RouteValues) = (outerServices, outerBase, outerPath, values);
            context.User = user;
            context.Features.Set(authentication);
            context.SetEndpoint(endpoint);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_built.IsValueCreated)
        {
            await _built.Value.Services.DisposeAsync();
        }
    }

    private static (ServiceProvider Services, RequestDelegate Handle) Build(
        IServiceProvider application, ObservatoryOptions options, SignInLinks links, LiveFigures live)
    {
        var services = new ServiceCollection();
        AddOf<ILoggerFactory>();
        AddOf<IConfiguration>();
        AddOf<IHostApplicationLifetime>();
        AddOf<IActorInspection>();
        services.AddSingleton(new ActorControls(application.GetService<IActorClient>(), application.GetService<IActorOperations>()));
        services.AddSingleton(application.GetService<TimeProvider>() ?? TimeProvider.System);
        services.TryAdd(ServiceDescriptor.Singleton(typeof(ILogger<>), typeof(Logger<>)));
        var environment = new PageEnvironment(application.GetRequiredService<IWebHostEnvironment>());
        services.AddSingleton<IWebHostEnvironment>(environment);
        services.AddSingleton<IHostEnvironment>(environment);
        services.AddSingleton(options);
        services.AddSingleton(links);
        services.AddSingleton(live);
        services.AddSingleton(live.History);
        services.AddSingleton<DiagnosticListener>(_ => new("Choir.Observatory"));
        services.AddSingleton<DiagnosticSource>(provider => provider.GetRequiredService<DiagnosticListener>());
        services.AddRouting();
        services.AddSignIn(options);
        services.AddRazorComponents().AddInteractiveServerComponents()
            .AddHubOptions(hub => hub.MaximumReceiveMessageSize = MaxMessageBytes);
        services.AddFluentUIComponents();
        services.AddScoped(provider => new ObservatoryUser(
            provider.GetRequiredService<AuthenticationStateProvider>(), provider.GetRequiredService<SignedOutSessions>(),
            provider.GetRequiredService<ILogger<ObservatoryUser>>()));
        services.AddSingleton<SignedOutSessions>();
        services.AddSingleton<FlowReadings>();
        services.AddSingleton<RunbookAnswers>();
        services.AddSingleton<PanelQueries>();
        services.AddAssistants(options);
        options.ConfigureServices?.Invoke(services);
        var provider = services.BuildServiceProvider();

        var app = new ApplicationBuilder(provider);
        app.UseMiddleware<PageHeaders>();
        app.UseStaticFiles(new StaticFileOptions
        {
            OnPrepareResponse = static file => file.Context.Response.Headers.CacheControl = "no-cache",
        });
        app.UseMiddleware<NotFoundPage>();
        app.UseAssistantKeys(options);
        app.UseRouting();
        app.UseAuthentication();
        app.UseMiddleware<SignInRequired>();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.UseEndpoints(endpoints =>
        {
            endpoints.MapSignIn();
            endpoints.MapAssistants();
            endpoints.MapRazorComponents<App>()
                .AddInteractiveServerRenderMode()
                .AddAdditionalAssemblies([.. options.Pages.Select(page => page.Component.Assembly).Distinct()]);
        });
        app.Run(static context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        return (provider, app.Build());

        void AddOf<T>()
            where T : class =>
            services.AddSingleton(application.GetRequiredService<T>());
    }
}
