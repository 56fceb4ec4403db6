using Choir.Gateway.Pages;

namespace Choir.Gateway.LoadTests;

/// <summary>The page with a line for each figure of a profile over its runs. It asks for the API key itself.</summary>
internal static class TrendsPage
{
    private const string Address = "/load-tests/trends";

    public static void MapLoadTestTrends(this IEndpointRouteBuilder app)
    {
        var trends = app.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        trends.MapFile(Address, "Trends/index.html");
        trends.MapFile($"{Address}/trends.css", "Trends/trends.css");
        trends.MapFile($"{Address}/trends.js", "Trends/trends.js");
        trends.MapFile($"{Address}/chart.js", "Trends/chart.js");
        trends.MapFile($"{Address}/figures.js", "Trends/figures.js");
    }
}
