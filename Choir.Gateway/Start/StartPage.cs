using Choir.Gateway.Pages;

namespace Choir.Gateway.Start;

/// <summary>The start page, which links to the API's documentation and health.</summary>
internal static class StartPage
{
    private const string Address = "/start";

    public static void MapStart(this IEndpointRouteBuilder app)
    {
        var start = app.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        start.MapGet("/", () => TypedResults.Redirect(Address));
        start.MapFile(Address, "Start/index.html");
        start.MapFile("/start/start.css", "Start/start.css");
        start.MapFile("/start/start.js", "Start/start.js");
        start.MapFile("/page.css", "Pages/page.css");
        start.MapFile("/favicon.svg", "Start/favicon.svg");
    }
}
