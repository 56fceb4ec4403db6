using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Support.Hostile;

/// <summary>
/// A webhook receiver over HTTP on a free port. It records its requests, and answers as the test says: with any status, late,
/// not at all, with a redirect or with a huge body.
/// </summary>
internal sealed class HostileReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<SentRequest> _requests = new();
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _next = new();
    private TaskCompletionSource _held = Done();

    private HostileReceiver(int status)
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            _requests.Enqueue(new SentRequest(
                context.Request.Method, context.Request.Path + context.Request.QueryString.Value, headers, await reader.ReadToEndAsync()));
            await _held.Task.WaitAsync(context.RequestAborted);
            await (_next.TryDequeue(out var answer) ? answer(context) : AnswerAsync(context, status));
        });
    }

    /// <summary>The address, without a slash at the end.</summary>
    public string Url => _app.Urls.First();

    /// <summary>The <c>Location</c> of its responses.</summary>
    public string? RedirectsTo { get; set; }

    /// <summary>The body of its responses.</summary>
    public string Body { get; set; } = "{}";

    public IReadOnlyList<SentRequest> Requests => [.. _requests];

    /// <param name="status">The status of its responses.</param>
    public static async Task<HostileReceiver> StartAsync(int status = 200)
    {
        var server = new HostileReceiver(status);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Responds to the next request with another status.</summary>
    public void Refuse(int status) => _next.Enqueue(context => AnswerAsync(context, status));

    /// <summary>Accepts the next request and closes its connection without a response.</summary>
    public void Reset() => _next.Enqueue(context =>
    {
        context.Abort();
        return Task.CompletedTask;
    });

    /// <summary>Accepts requests, but does not respond before <see cref="Release"/>.</summary>
    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Responds to the held requests and to further ones.</summary>
    public void Release() => _held.TrySetResult();

    /// <summary>Waits for a request.</summary>
    public Task<SentRequest> GetsAsync(string what, Func<SentRequest, bool> isIt) => Eventually.GivesAsync(
        what,
        () => Task.FromResult(_requests.FirstOrDefault(isIt)),
        explain: () => $"; there were {string.Join('\n', _requests)}");

    public async ValueTask DisposeAsync()
    {
        Release();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context, int status)
    {
        if (RedirectsTo is not null)
        {
            context.Response.Headers.Location = RedirectsTo;
        }

        context.Response.StatusCode = status;
        await context.Response.WriteAsync(Body, context.RequestAborted);
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }
}

internal sealed record SentRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json => JsonElement.Parse(Body);

    public IReadOnlyDictionary<string, string> Form => Body.Split('&')
        .Select(pair => pair.Split('=', 2))
        .ToDictionary(pair => Decode(pair[0]), pair => Decode(pair[1]));

    public override string ToString() => $"{Method} {Path} {Body}";

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
