using System.Net;
using Choir.Tests.Support.Otlp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Support.Hostile;

/// <summary>What a collector does with the requests that it gets.</summary>
internal enum CollectorBehaviour
{
    /// <summary>Decodes and stores them.</summary>
    Accepting,

    /// <summary>Takes them and never answers.</summary>
    Silent,

    /// <summary>Answers 503.</summary>
    Refusing,

    /// <summary>Stores them when <see cref="HostileCollector.Release"/> is called.</summary>
    Slow,
}

/// <summary>An OTLP collector over HTTP and gRPC on free ports, whose behaviour a test sets.</summary>
internal sealed class HostileCollector : IAsyncDisposable
{
    /// <summary>The limit of gRPC servers; a larger request is refused.</summary>
    public const int MaxRequestBytes = 4 * 1024 * 1024;

    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication _app;
    private int _requests;
    private readonly CollectorBehaviour _behaviour;

    private HostileCollector(CollectorBehaviour behaviour)
    {
        _behaviour = behaviour;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = MaxRequestBytes);
        builder.Services.AddSingleton(Inbox);
        _app = builder.Build();
        _app.Use(BehaveAsync);
        _app.MapOtlp(Inbox);
    }

    /// <summary>What it got.</summary>
    public OtlpInbox Inbox { get; } = new();

    /// <summary>The number of requests that arrived.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The address for <c>http/protobuf</c>.</summary>
    public string HttpEndpoint => _app.Urls.First();

    /// <summary>The address for <c>grpc</c>.</summary>
    public string GrpcEndpoint => _app.Urls.Last();

    public static async Task<HostileCollector> StartAsync(CollectorBehaviour behaviour = CollectorBehaviour.Accepting)
    {
        var collector = new HostileCollector(behaviour);
        await collector._app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    /// <summary>Variables that make a process export all telemetry here with short intervals.</summary>
    /// <param name="protocol"><c>grpc</c> or <c>http/protobuf</c>.</param>
    public (string Name, string Value)[] Variables(string protocol = "grpc") =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", EndpointOf(protocol)), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol), .. Eager,
    ];

    /// <summary>The same as arguments of a program.</summary>
    /// <inheritdoc cref="Variables"/>
    public string[] Arguments(string protocol = "grpc") => Array.ConvertAll(Variables(protocol), one => $"--{one.Name}={one.Value}");

    /// <summary>Variables of short intervals.</summary>
    public static (string Name, string Value)[] Eager =>
        [("OTEL_BSP_SCHEDULE_DELAY", "20"), ("OTEL_BLRP_SCHEDULE_DELAY", "20"), ("OTEL_METRIC_EXPORT_INTERVAL", "200")];

    public string EndpointOf(string protocol) => protocol == "grpc" ? GrpcEndpoint : HttpEndpoint;

    /// <summary>Ends the waiting of a slow collector.</summary>
    public void Release() => _released.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _app.DisposeAsync();
        _ended.Dispose();
    }

    private async Task BehaveAsync(HttpContext context, RequestDelegate next)
    {
        Interlocked.Increment(ref _requests);
        switch (_behaviour)
        {
            case CollectorBehaviour.Silent:
                await new TaskCompletionSource().Task.WaitAsync(_ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                context.Abort();
                break;
            case CollectorBehaviour.Refusing:
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                break;
            case CollectorBehaviour.Slow:
                await _released.Task.WaitAsync(_ended.Token);
                await next(context);
                break;
            default:
                await next(context);
                break;
        }
    }
}
