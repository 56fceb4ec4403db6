namespace Choir.Gateway.Problems;

/// <summary>Writes every problem as JSON, whatever the request's <c>Accept</c> header asks for.</summary>
/// <remarks>
/// The framework's writer does not write if <c>Accept</c> excludes JSON, as that of a browser's <c>EventSource</c> does. The
/// response of an error would then be a 500, or plain text.
/// </remarks>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    public const string ContentType = "application/problem+json";

    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        // Creating the result sets type and title according to the status.
        var problem = TypedResults.Problem(context.ProblemDetails).ProblemDetails;
        ProblemSetup.Complete(problem, context.HttpContext);

        // Without a token: with one, a client that disconnects meanwhile would cause an exception in the exception handler.
        await context.HttpContext.Response.WriteAsJsonAsync(problem, options: null, ContentType, CancellationToken.None);
    }
}
