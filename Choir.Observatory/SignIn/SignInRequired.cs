using Choir.Observatory.Assistants;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Choir.Observatory.SignIn;

/// <summary>Sends users who have not signed in to the sign-in page.</summary>
internal sealed class SignInRequired(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        // The keys of assistants have been checked. They must not be sent to a page, with their token in its address.
        if (context.User.Identity?.IsAuthenticated == true
            || context.Request.Path.StartsWithSegments(AssistantSetup.Path, StringComparison.Ordinal)
            || context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return next(context);
        }

        if (HttpMethods.IsGet(context.Request.Method) && !context.Request.Path.StartsWithSegments("/_blazor"))
        {
            return context.ChallengeAsync();
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}
