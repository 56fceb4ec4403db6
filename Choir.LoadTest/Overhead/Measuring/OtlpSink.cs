using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Choir.LoadTest.Overhead.Measuring;

/// <summary>
/// A receiver of OTLP over gRPC that discards the data and counts the requests. See
/// <see href="https://opentelemetry.io/docs/specs/otlp/"/>.
/// </summary>
internal sealed class OtlpSink : IAsyncDisposable
{
    // A gRPC message without compression and of length 0: the empty response of each of the three services.
    private static readonly byte[] EmptyMessage = new byte[5];

    private readonly WebApplication _app;
    private int _metrics;
    private int _traces;
    private int _logs;

    private OtlpSink(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public ExportCounts Counts => new(Volatile.Read(ref _metrics), Volatile.Read(ref _traces), Volatile.Read(ref _logs));

    /// <summary>Starts a receiver on a free port.</summary>
    public static async Task<OtlpSink> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        var sink = new OtlpSink(app);
        app.Run(sink.TakeAsync);
        await app.StartAsync(cancellationToken);
        return sink;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        await DiscardAsync(http.Request.BodyReader, http.RequestAborted);
        switch (http.Request.Path.Value)
        {
            case "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export": Interlocked.Increment(ref _metrics); break;
            case "/opentelemetry.proto.collector.trace.v1.TraceService/Export": Interlocked.Increment(ref _traces); break;
            case "/opentelemetry.proto.collector.logs.v1.LogsService/Export": Interlocked.Increment(ref _logs); break;
        }

        http.Response.ContentType = "application/grpc";
        http.Response.AppendTrailer("grpc-status", "0");
        await http.Response.BodyWriter.WriteAsync(EmptyMessage, http.RequestAborted);
    }

    private static async Task DiscardAsync(PipeReader body, CancellationToken cancellationToken)
    {
        ReadResult read;
        do
        {
            read = await body.ReadAsync(cancellationToken);
            body.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);
    }
}
