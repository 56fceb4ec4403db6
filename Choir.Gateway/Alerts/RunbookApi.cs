using System.ComponentModel;
using System.Text;
using Choir.Gateway.Problems;
using Choir.Observatory.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Choir.Gateway.Alerts;

/// <summary>The routes of the runbooks.</summary>
/// <remarks>Without authentication, so that the link in an alert works from a phone.</remarks>
internal static class RunbookApi
{
    private const string PlainText = "text/plain";

    public static void MapRunbooks(this IEndpointRouteBuilder app)
    {
        var runbooks = app.MapGroup("/runbooks").AllowAnonymous().WithTags("Alerts");
        runbooks.MapGet("", List)
            .WithName("ListRunbooks")
            .WithSummary("The paths of the runbooks, one per line")
            .WithDescription("Needs no API key.")
            .Produces<string>(StatusCodes.Status200OK, PlainText);
        runbooks.MapGet("/{alert}", Get)
            .WithName("GetRunbook")
            .WithSummary("The runbook of an alert: meaning, confirmation and remedy")
            .WithDescription("Needs no API key.")
            .Produces<string>(StatusCodes.Status200OK, PlainText)
            .WithProblems(404);
    }

    private static ContentHttpResult List() =>
        Text(string.Concat(Runbooks.Names.Select(name => $"/runbooks/{name}\n")));

    private static ContentHttpResult Get([Description("The alert's name.")] string alert) =>
        Runbooks.Find(alert) is { } page
            ? Text(page)
            : throw ProblemException.NotFound($"There is no runbook for {alert}. GET /runbooks lists the existing ones.");

    private static ContentHttpResult Text(string text) => TypedResults.Text(text, PlainText, Encoding.UTF8);
}
