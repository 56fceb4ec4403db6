using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.ServiceDefaults.Http;

/// <summary>
/// Replaces the framework's error page of Development, which shows stack traces, paths and the request's headers, the API key
/// among them. The exception is in the log.
/// </summary>
/// <remarks>The framework adds the page to every service in Development; a filter that does not call the next one suppresses it.</remarks>
internal sealed class NoDeveloperPage : IDeveloperPageExceptionFilter
{
    public async Task HandleExceptionAsync(ErrorContext errorContext, Func<ErrorContext, Task> next)
    {
        var context = errorContext.HttpContext;
        if (context.RequestServices.GetService<IProblemDetailsService>() is { } problems)
        {
            await problems.TryWriteAsync(new ProblemDetailsContext
            {
                HttpContext = context,
                ProblemDetails = new ProblemDetails { Status = context.Response.StatusCode },
            });
        }
    }
}
