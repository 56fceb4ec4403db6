using Microsoft.AspNetCore.Http;

namespace Choir.Observatory.Hosting;

/// <summary>Shows a page for addresses that do not exist, to users who have signed in.</summary>
internal sealed class NotFoundPage(RequestDelegate next)
{
    private const string Path = "/not-found";

    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (context.Response is { StatusCode: StatusCodes.Status404NotFound, HasStarted: false }
            && HttpMethods.IsGet(context.Request.Method)
            && context.User.Identity?.IsAuthenticated == true
            && context.Request.Path != Path)
        {
            context.SetEndpoint(null);
            context.Request.RouteValues = [];
            context.Request.Path = Path;

            // With the status of the first pass, the page would be left out.
            context.Response.StatusCode = StatusCodes.Status200OK;
            context.Response.OnStarting(() =>
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            });
            await next(context);
        }
    }
}
