using System.Collections.Concurrent;
using System.Text.Json;
using Choir.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Observability.Alerting;

/// <summary>A notification service over HTTP on a free port that records its requests.</summary>
internal sealed class ChannelServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<SentRequest> _requests = new();
    private readonly ConcurrentQueue<int> _refusals = new();

    private ChannelServer(int status)
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
            if (RedirectsTo is not null)
            {
                context.Response.Headers.Location = RedirectsTo;
            }

            context.Response.StatusCode = _refusals.TryDequeue(out var refusal) ? refusal : status;
            await context.Response.WriteAsync("{}");
        });
    }

    /// <summary>The address, without a slash at the end.</summary>
    public string Url => _app.Urls.First();

    /// <summary>The <c>Location</c> of its responses.</summary>
    public string? RedirectsTo { get; set; }

    public IReadOnlyList<SentRequest> Requests => [.. _requests];

    /// <param name="status">The status of its responses.</param>
    public static async Task<ChannelServer> StartAsync(int status = 200)
    {
        var server = new ChannelServer(status);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Responds to the next request with another status.</summary>
    public void Refuse(int status) => _refusals.Enqueue(status);

    /// <summary>Waits for a request.</summary>
    public Task<SentRequest> GetsAsync(string what, Func<SentRequest, bool> isIt) => Eventually.GivesAsync(
        what,
        () => Task.FromResult(_requests.FirstOrDefault(isIt)),
        explain: () => $"; there were {string.Join('\n', _requests)}");

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
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
