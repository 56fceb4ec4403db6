using System.Diagnostics;
using Microsoft.Extensions.Options;

namespace Choir.Gateway.Problems;

/// <summary>Makes every error an RFC 9457 problem, also those that the framework answers itself.</summary>
internal static class ProblemSetup
{
    public static void AddProblems(this IServiceCollection services)
    {
        services.AddExceptionHandler<GatewayExceptionHandler>();
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddProblemDetails(options => options.CustomizeProblemDetails = Complete);
    }

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
    }

    private static void Complete(ProblemDetailsContext context)
    {
        var problem = context.ProblemDetails;
        var status = problem.Status ?? context.HttpContext.Response.StatusCode;
        problem.Instance ??= context.HttpContext.Request.Path;
        problem.Detail ??= Detail(status, context.HttpContext);
        problem.Extensions.TryAdd("code", ProblemCodes.Of(status));
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
        {
            problem.Extensions["traceId"] = activity.TraceId.ToHexString();
        }
    }

    private static string? Detail(int status, HttpContext context) => status switch
    {
        StatusCodes.Status401Unauthorized =>
            "This request needs the API key as the header Authorization: Bearer KEY. It is the value of CHOIR_API_KEY, or"
            + " the generated key that is printed at startup.",
        StatusCodes.Status404NotFound => $"There is no route {context.Request.Path}. See /docs for all routes.",
        StatusCodes.Status405MethodNotAllowed =>
            $"{context.Request.Path} does not allow {context.Request.Method}; allowed: {context.Response.Headers.Allow}.",
        StatusCodes.Status413PayloadTooLarge => BodyLimit.Message(
            context.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value.MaxBodyBytes),
        StatusCodes.Status415UnsupportedMediaType =>
            "The body must be JSON: send it with the header Content-Type: application/json.",
        _ => null,
    };
}
