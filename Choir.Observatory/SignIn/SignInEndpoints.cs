using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Choir.Observatory.SignIn;

/// <summary>The routes that sign users in and out, and make sign-in links.</summary>
internal static class SignInEndpoints
{
    private const int MaxKeyLength = 1_024;

    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("").AllowAnonymous();
        routes.MapGet("/sign-in", ShowAsync);
        routes.MapPost("/sign-in", EnterAsync);
        routes.MapPost("/sign-in-links", CreateLink).DisableAntiforgery();
        app.MapPost("/sign-out", (Delegate)LeaveAsync);
    }

    // A link signs in; a second visit, from a browser that has signed in already, shows the start page.
    private static async Task<IResult> ShowAsync(
        string? token, string? returnUrl, SignInLinks links, ObservatoryOptions options, IAntiforgery antiforgery,
        ILogger<SignInLinks> logger, HttpContext context)
    {
        if (links.Use(token) is { } role)
        {
            await SignInAsync(context, role, "link", logger);
            return Results.LocalRedirect($"{context.Request.PathBase}/");
        }

        if (context.User.Identity?.IsAuthenticated == true)
        {
            return Results.LocalRedirect($"{context.Request.PathBase}/");
        }

        if (!string.IsNullOrEmpty(token))
        {
            logger.SignInRefused("the link was used already, has expired, or is wrong");
        }

        var problem = string.IsNullOrEmpty(token) ? null : "This link was used already, has expired, or is wrong.";
        return Page(context, options, antiforgery, returnUrl, problem);
    }

    private static async Task<IResult> EnterAsync(
        [FromForm] string? key, [FromForm] string? returnUrl, ObservatoryOptions options, IAntiforgery antiforgery,
        ILogger<SignInLinks> logger, HttpContext context)
    {
        if (key is not { Length: > 0 and <= MaxKeyLength } || options.RoleOfKey?.Invoke(key.Trim()) is not { } role)
        {
            logger.SignInRefused("the key is wrong");
            return Page(context, options, antiforgery, returnUrl, "The key is wrong.");
        }

        await SignInAsync(context, role, KeyNames.Of(key.Trim(), options), logger);
        return Results.LocalRedirect(IsLocal(returnUrl, context) ? returnUrl! : $"{context.Request.PathBase}/");
    }

    private static IResult CreateLink(SignInLinks links, ObservatoryOptions options, HttpContext context, string? role = null)
    {
        if (!AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header)
            || !header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            || header.Parameter is not { Length: > 0 and <= MaxKeyLength } key
            || options.RoleOfKey?.Invoke(key) is not { } granted)
        {
            return Results.Problem("This request needs a key as the header Authorization: Bearer KEY.", statusCode: StatusCodes.Status401Unauthorized);
        }

        var wanted = granted;
        if (role is not null && (!Enum.TryParse(role, ignoreCase: true, out wanted) || !Enum.IsDefined(wanted) || wanted > granted))
        {
            return Results.Problem("?role= must be reader or operator, and not more than the key gives.", statusCode: StatusCodes.Status400BadRequest);
        }

        return Results.Created((string?)null, new { path = $"{context.Request.PathBase}/sign-in?token={links.Create(wanted)}" });
    }

    private static async Task<IResult> LeaveAsync(SignedOutSessions sessions, HttpContext context)
    {
        sessions.Add(context.User);
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return Results.LocalRedirect($"{context.Request.PathBase}/sign-in");
    }

    private static Task SignInAsync(HttpContext context, ObservatoryRole role, string name, ILogger logger)
    {
        logger.SignedIn(name, role.ToString());
        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, name), new Claim(ClaimTypes.Role, role.ToString()), new Claim(SignedOutSessions.Claim, $"{Guid.NewGuid():n}")], CookieAuthenticationDefaults.AuthenticationScheme);
        return context.SignInAsync(
            CookieAuthenticationDefaults.AuthenticationScheme, new ClaimsPrincipal(identity), new AuthenticationProperties { IsPersistent = true });
    }

    private static bool IsLocal(string? url, HttpContext context) =>
        url is ['/', not ('/' or '\\'), ..] && url.StartsWith(context.Request.PathBase + "/", StringComparison.Ordinal)
        && !url.Contains("..", StringComparison.Ordinal) && !url.Any(char.IsControl);

    private static IResult Page(HttpContext context, ObservatoryOptions options, IAntiforgery antiforgery, string? returnUrl, string? problem)
    {
        var html = HtmlEncoder.Default;
        var tokens = antiforgery.GetAndStoreTokens(context);
        var page = new StringBuilder()
            .Append("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
            .Append("<title>Sign in · Observatory</title><base href=\"").Append(html.Encode($"{context.Request.PathBase}/")).Append("\">")
            .Append("<link rel=\"icon\" type=\"image/svg+xml\" href=\"_content/Choir.Observatory/icon.svg\">")
            .Append("<link rel=\"stylesheet\" href=\"_content/Choir.Observatory/observatory.css\"></head><body class=\"sign-in\"><main class=\"card\">")
            .Append("<h1>").Append(html.Encode(options.Name ?? "Observatory")).Append("</h1>");
        if (problem is not null)
        {
            page.Append("<p class=\"problem\" role=\"alert\">").Append(html.Encode(problem)).Append("</p>");
        }

        if (options.RoleOfKey is not null)
        {
            page.Append("<form method=\"post\" action=\"sign-in\"><label for=\"key\">API key</label>")
                .Append("<input id=\"key\" name=\"key\" type=\"password\" autocomplete=\"current-password\" required autofocus>")
                .Append("<input type=\"hidden\" name=\"returnUrl\" value=\"").Append(html.Encode(returnUrl ?? "")).Append("\">")
                .Append("<input type=\"hidden\" name=\"").Append(html.Encode(tokens.FormFieldName)).Append("\" value=\"")
                .Append(html.Encode(tokens.RequestToken ?? "")).Append("\"><button type=\"submit\">Sign in</button></form>");
        }

        page.Append("<p class=\"muted\">").Append(html.Encode(options.SignInHelp
            ?? "The log of the application has a link that signs in once. Restart the application for a new one.")).Append("</p></main></body></html>");
        context.Response.Headers.CacheControl = "no-store";
        return Results.Content(page.ToString(), "text/html; charset=utf-8", statusCode: problem is null ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized);
    }
}
