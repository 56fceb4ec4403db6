using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Choir.Observatory.Api.Problems;

/// <summary>Answers with problem details where a route throws, for applications that do not do it themselves.</summary>
internal static class ProblemAnswers
{
    public static async ValueTask<object?> AnswerAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context).ConfigureAwait(false);
        }
        catch (Exception exception) when (ActorErrors.Of(exception) is { } problem)
        {
            if (problem.RetryAfterSeconds is { } seconds)
            {
                context.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            }

            return TypedResults.Problem(
                problem.Message, context.HttpContext.Request.Path, problem.Status,
                extensions: new Dictionary<string, object?> { ["code"] = problem.Code });
        }
    }
}
