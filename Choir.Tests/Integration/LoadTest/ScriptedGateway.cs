using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Integration.LoadTest;

/// <summary>A server with the routes of the gateway that a load test needs.</summary>
internal sealed class ScriptedGateway : IAsyncDisposable
{
    public const string Key = "key-of-the-gateway";

    private readonly WebApplication _app;
    private readonly Action _onWork;

    private ScriptedGateway(Action onWork)
    {
        _onWork = onWork;
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public Uri Address => new(_app.Urls.First());

    /// <summary>Method and path of each request.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <param name="onWork">Is called at each request of the scenario, which is one for <c>/work</c>.</param>
    public static async Task<ScriptedGateway> StartAsync(Action? onWork = null)
    {
        var gateway = new ScriptedGateway(onWork ?? (() => { }));
        await gateway._app.StartAsync(TestContext.Current.CancellationToken);
        return gateway;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        Requests.Enqueue($"{context.Request.Method} {context.Request.Path}");
        if (context.Request.Path == "/work")
        {
            _onWork();
        }

        context.Response.StatusCode = (int)(context.Request.Headers.Authorization != $"Bearer {Key}" ? HttpStatusCode.Unauthorized
            : context.Request.Path == "/work" || context.Request.Path == "/threads" ? HttpStatusCode.OK
            : context.Request.Path == "/load-tests" ? HttpStatusCode.Created : HttpStatusCode.NotFound);
        return Task.CompletedTask;
    }
}
