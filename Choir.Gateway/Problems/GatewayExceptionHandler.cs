using System.Globalization;
using Choir.ServiceDefaults.Telemetry.Requests;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace Choir.Gateway.Problems;

/// <summary>Turns exceptions into problem responses, which never contain an exception's type or stack trace.</summary>
internal sealed class GatewayExceptionHandler(
    IProblemDetailsService problems, ILogger<GatewayExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var problem = ExceptionProblem.Of(exception);
        Report(context, exception, problem);
        context.Response.StatusCode = problem?.Status ?? StatusCodes.Status500InternalServerError;
        if (problem?.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = new ProblemDetails
            {
                Status = context.Response.StatusCode,
                Detail = problem?.Message
                    ?? "An internal error occurred; the request is not the cause. Search the logs for the trace id.",
                Extensions = { ["code"] = problem?.Code ?? ProblemCodes.InternalError },
            },
        });
    }

    private void Report(HttpContext context, Exception exception, ProblemException? problem)
    {
        var method = context.Request.Method;
        var route = RequestRoute.Of(context);
        switch (problem?.Status)
        {
            case null:
                logger.RequestFailed(exception, method, route);
                break;
            case >= StatusCodes.Status500InternalServerError:
                logger.RequestUnavailable(method, route, problem.Message);
                break;
            default:
                logger.RequestRefused(method, route, problem.Status, problem.Message);
                break;
        }
    }
}
