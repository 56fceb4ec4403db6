using System.Globalization;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Gateway.Requests;
using Choir.Observatory.Api.Problems;
using Choir.ServiceDefaults;
using Choir.ServiceDefaults.Telemetry.Requests;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace Choir.Gateway.Problems;

/// <summary>Turns exceptions into problem responses, which never contain an exception's type or stack trace.</summary>
internal sealed class GatewayExceptionHandler(
    IProblemDetailsService problems, RefusedRequests refused, ILogger<GatewayExceptionHandler> logger) : IExceptionHandler
{
    private const int MaxCause = 1_000;

    public async ValueTask<bool> TryHandleAsync(
        HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        // The handler of exceptions has removed the endpoint from the context.
        var endpoint = context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        var problem = ExceptionProblem.Of(exception, endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType);
        Report(context, exception, problem);
        context.Response.StatusCode = problem?.Status ?? StatusCodes.Status500InternalServerError;
        refused.Count(context.Response.StatusCode, problem?.Code ?? ProblemCodes.InternalError);
        if (problem?.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        // The response was cleared.
        Correlation.WriteHeader(context);
        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = new ProblemDetails
            {
                Status = context.Response.StatusCode,
                Detail = problem?.Message,
                Extensions = { ["code"] = problem?.Code ?? ProblemCodes.InternalError },
            },
        });
    }

    // For the log only: it has the addresses of hosts.
    private static string CauseOf(Exception exception) =>
        exception is ActorUnavailableException or InspectionUnavailableException && exception.InnerException is { } cause
            ? $" The cause: {cause.GetType()}: {PlainText.OneLine(cause.Message, MaxCause)}"
            : "";

    private void Report(HttpContext context, Exception exception, ApiProblemException? problem)
    {
        var method = context.Request.Method;
        var route = RequestRoute.Of(context);
        switch (problem?.Status)
        {
            case null:
                logger.RequestFailed(exception, method, route);
                break;
            case >= StatusCodes.Status500InternalServerError:
                logger.RequestUnavailable(method, route, problem.Message + CauseOf(exception));
                break;
            default:
                logger.RequestRefused(method, route, problem.Status, problem.Message);
                break;
        }
    }
}
