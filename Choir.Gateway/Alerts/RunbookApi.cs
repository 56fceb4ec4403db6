using System.ComponentModel;
using System.Text;
using Choir.Gateway.OpenApi;
using Choir.Gateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Choir.Gateway.Alerts;

/// <summary>What to do about each alert: the pages of <c>docs/runbooks</c>, which are inside the program.</summary>
/// <remarks>Without a key: whoever is woken by an alert follows its link from a telephone.</remarks>
internal static class RunbookApi
{
    private const string Folder = "Runbooks/";
    private const string PlainText = "text/plain";

    private static readonly Dictionary<string, string> Pages = typeof(RunbookApi).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
        .ToDictionary(name => name[Folder.Length..], Read, StringComparer.OrdinalIgnoreCase);

    public static void MapRunbooks(this IEndpointRouteBuilder app)
    {
        var runbooks = app.MapGroup("/runbooks").AllowAnonymous().WithTags("Alerts");
        runbooks.MapGet("", List)
            .WithName("ListRunbooks")
            .WithSummary("The addresses of the runbooks, one a line")
            .WithDescription("Needs no API key.")
            .Produces<string>(StatusCodes.Status200OK, PlainText);
        runbooks.MapGet("/{alert}", Get)
            .WithName("GetRunbook")
            .WithSummary("What an alert means, how to confirm it, and what to do")
            .WithDescription("Needs no API key.")
            .Produces<string>(StatusCodes.Status200OK, PlainText)
            .WithProblems(404);
    }

    private static ContentHttpResult List() =>
        Text(string.Concat(Pages.Keys.Order(StringComparer.Ordinal).Select(name => $"/runbooks/{name}\n")));

    private static ContentHttpResult Get([Description("The alert's name.")] string alert) =>
        Pages.TryGetValue(alert, out var page)
            ? Text(page)
            : throw ProblemException.NotFound($"There is no runbook for {alert}. GET /runbooks lists those that there are.");

    private static ContentHttpResult Text(string text) => TypedResults.Text(text, PlainText, Encoding.UTF8);

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(RunbookApi).Assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
