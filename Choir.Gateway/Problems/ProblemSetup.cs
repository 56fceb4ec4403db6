using System.Diagnostics;
using Choir.Gateway.Requests;
using Choir.ServiceDefaults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Problems;

/// <summary>Makes every error an RFC 9457 problem, also those that the framework answers itself.</summary>
internal static class ProblemSetup
{
    // A detail may contain text of the caller or of an actor.
    private const int MaxTextLength = 4_000;

    public static void AddProblems(this IServiceCollection services)
    {
        services.AddExceptionHandler<GatewayExceptionHandler>();
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);

        // Before AddProblemDetails: the first writer that can write is used.
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        services.AddProblemDetails();
    }

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
    }

    /// <summary>Fills in what every problem has: instance, detail, code, trace id, and the correlation id if a message was sent.</summary>
    public static void Complete(ProblemDetails problem, HttpContext context)
    {
        var status = problem.Status ?? context.Response.StatusCode;
        problem.Instance = PlainText.Shorten(problem.Instance ?? Path(context), MaxTextLength);
        problem.Detail = (problem.Detail ?? Detail(status, context)) is { } detail ? PlainText.Shorten(detail, MaxTextLength) : null;
        problem.Extensions.TryAdd("code", ProblemCodes.Of(status));
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
        {
            problem.Extensions["traceId"] = activity.TraceId.ToHexString();
        }

        if (Correlation.Of(context) is { } correlationId)
        {
            problem.Extensions["correlationId"] = correlationId;
        }
    }

    // OPTIONS * has none.
    private static string Path(HttpContext context) => context.Request.Path is { HasValue: true } path ? path.Value! : "*";

    private static string? Detail(int status, HttpContext context) => status switch
    {
        // The framework answers them itself, without an exception, when it cannot read the body.
        StatusCodes.Status400BadRequest => "The body could not be read: it ends early, or its chunks are not valid. Send the request again.",
        StatusCodes.Status408RequestTimeout => "The body arrived too slowly. Send the request again.",
        StatusCodes.Status401Unauthorized =>
            "This request needs the API key as the header Authorization: Bearer KEY. It is the value of CHOIR_API_KEY, or"
            + " the generated key that is printed at startup.",
        StatusCodes.Status404NotFound => $"There is no route {context.Request.Path}. See /docs for all routes.",
        StatusCodes.Status405MethodNotAllowed =>
            $"{Path(context)} does not allow {context.Request.Method}; allowed: {context.Response.Headers.Allow}.",
        StatusCodes.Status413PayloadTooLarge => BodyLimit.Message(
            BodyLimit.Of(context, context.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value)),
        StatusCodes.Status415UnsupportedMediaType =>
            "The body must be JSON: send it with the header Content-Type: application/json.",
        >= StatusCodes.Status500InternalServerError =>
            "An internal error occurred; the request is not the cause. Search the logs for the trace id.",
        _ => null,
    };
}
