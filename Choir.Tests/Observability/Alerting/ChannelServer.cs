using System.Collections.Concurrent;
using System.Text.Json;
using Choir.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Observability.Alerting;

/// <summary>A service that takes messages over HTTP, on a free port; it keeps what it was sent.</summary>
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

    /// <summary>Where it is, without a slash at the end.</summary>
    public string Url => _app.Urls.First();

    /// <summary>Where it sends those who ask, if it answers with a status that does.</summary>
    public string? RedirectsTo { get; set; }

    /// <summary>What it was sent, in order.</summary>
    public IReadOnlyList<SentRequest> Requests => [.. _requests];

    /// <param name="status">What it answers.</param>
    public static async Task<ChannelServer> StartAsync(int status = 200)
    {
        var server = new ChannelServer(status);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Answers the next request with another status.</summary>
    public void Refuse(int status) => _refusals.Enqueue(status);

    /// <summary>Waits until it was sent something.</summary>
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

/// <summary>A request that was sent.</summary>
internal sealed record SentRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>The fields of a form.</summary>
    public IReadOnlyDictionary<string, string> Form => Body.Split('&')
        .Select(pair => pair.Split('=', 2))
        .ToDictionary(pair => Decode(pair[0]), pair => Decode(pair[1]));

    public override string ToString() => $"{Method} {Path} {Body}";

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
