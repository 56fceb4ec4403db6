using System.Globalization;
using System.Text.Json;
using Choir.Contracts;
using Choir.Contracts.Threads;
using Microsoft.AspNetCore.Http.Features;

namespace Choir.Gateway.Threads;

/// <summary>Sends a thread's events as server-sent events, with a comment as heartbeat while there are none.</summary>
/// <remarks>
/// <c>TypedResults.ServerSentEvents</c> cannot write comments. Without them neither side of an idle stream, nor a proxy in
/// between, notices a lost connection. See <see href="https://html.spec.whatwg.org/#server-sent-events"/>.
/// </remarks>
internal sealed class EventStreamResult(
    IAsyncEnumerable<ThreadEvent> events, IDisposable slot, TimeSpan heartbeat, TimeProvider time, CancellationToken stopping)
    : IResult
{
    private static readonly byte[] Heartbeat = ": heartbeat\n\n"u8.ToArray();

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using (slot)
        using (var end = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping))
        {
            var response = httpContext.Response;
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-cache,no-store";
            response.Headers["X-Accel-Buffering"] = "no";
            if (HttpMethods.IsHead(httpContext.Request.Method))
            {
                return;
            }

            httpContext.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
            try
            {
                await SendAsync(response, end);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                // The client disconnected, or the gateway is stopping.
            }
        }
    }

    private async Task SendAsync(HttpResponse response, CancellationTokenSource end)
    {
        // The first comment shows the client that it is connected, although there is no event yet.
        await WriteAsync(response, Heartbeat, end.Token);
        var reader = events.GetAsyncEnumerator(end.Token);
        var next = Task.FromResult(false);
        try
        {
            while (true)
            {
                next = reader.MoveNextAsync().AsTask();
                while (!await ArrivesAsync(next, end.Token))
                {
                    await WriteAsync(response, Heartbeat, end.Token);
                }

                if (!await next)
                {
                    return;
                }

                await WriteAsync(response, Format(reader.Current), end.Token);
            }
        }
        finally
        {
            // An enumerator must not be disposed while MoveNextAsync is running.
            await end.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await reader.DisposeAsync();
        }
    }

    private async Task<bool> ArrivesAsync(Task next, CancellationToken cancellationToken)
    {
        try
        {
            await next.WaitAsync(heartbeat, time, cancellationToken);
            return true;
        }
        catch (TimeoutException) when (!next.IsCompleted)
        {
            return false;
        }
    }

    private static async Task WriteAsync(HttpResponse response, byte[] bytes, CancellationToken cancellationToken)
    {
        await response.Body.WriteAsync(bytes, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    // The JSON has no line breaks, so one data field is enough.
    private static byte[] Format(ThreadEvent threadEvent)
    {
        var id = threadEvent.Id.ToString(CultureInfo.InvariantCulture);
        var head = $"id: {id}\nevent: {threadEvent.Type}\ndata: ";
        return [.. System.Text.Encoding.UTF8.GetBytes(head),
            .. JsonSerializer.SerializeToUtf8Bytes(threadEvent, ContractJson.Options), .. "\n\n"u8];
    }
}
