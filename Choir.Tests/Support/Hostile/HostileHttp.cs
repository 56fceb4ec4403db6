using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Support.Hostile;

/// <summary>A real HTTP server on a free port. A derived class decides what it answers.</summary>
internal abstract class HostileHttp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping = new();

    protected HostileHttp()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(ReplyAsync);
    }

    /// <summary>The server's address.</summary>
    public Uri Url => new(_app.Urls.First());

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        OnStopped();
        _stopping.Dispose();
    }

    protected Task StartAsync(CancellationToken cancellation) => _app.StartAsync(cancellation);

    /// <param name="body">The request's body.</param>
    /// <param name="cancellation">Cancelled when the client leaves or the server stops.</param>
    protected abstract Task<HttpReply> AnswerAsync(byte[] body, CancellationToken cancellation);

    /// <summary>Frees what the derived class owns.</summary>
    protected virtual void OnStopped()
    {
    }

    private async Task ReplyAsync(HttpContext context)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, cancellation.Token);
            var reply = await AnswerAsync(body.ToArray(), cancellation.Token);
            if (ReferenceEquals(reply, HttpReply.Silence))
            {
                await ClientLeavesAsync(cancellation.Token);
            }

            if (ReferenceEquals(reply, HttpReply.Cut))
            {
                context.Abort();
                return;
            }

            context.Response.StatusCode = reply.Status;
            context.Response.ContentType = reply.ContentType;
            if (reply.Header is var (name, value))
            {
                context.Response.Headers[name] = value;
            }

            for (var sent = 0; sent < reply.Repeat; sent++)
            {
                await context.Response.Body.WriteAsync(reply.Body, cancellation.Token);
            }

            if (reply.Stalls)
            {
                await context.Response.Body.FlushAsync(cancellation.Token);
                await ClientLeavesAsync(cancellation.Token);
            }
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    private static Task ClientLeavesAsync(CancellationToken cancellation) => new TaskCompletionSource().Task.WaitAsync(cancellation);
}
