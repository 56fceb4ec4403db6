using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Choir.Tests.Support;

/// <summary>A receiver of OTLP over HTTP on a free port that stores all data.</summary>
/// <remarks>The messages: <see href="https://github.com/open-telemetry/opentelemetry-proto"/>.</remarks>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Signal, ProtoMessage Request)> _requests = new();
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    /// <summary>Settings that make a service export all telemetry here with short intervals.</summary>
    public string[] Settings =>
    [
        $"--OTEL_EXPORTER_OTLP_ENDPOINT={_app.Urls.First()}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
        "--OTEL_BSP_SCHEDULE_DELAY=20", "--OTEL_BLRP_SCHEDULE_DELAY=20", "--OTEL_METRIC_EXPORT_INTERVAL=100",
    ];

    /// <summary>All received metrics: field 1 is the name, 5 a gauge, 7 a sum, 9 and 10 histograms.</summary>
    public IEnumerable<ProtoMessage> Metrics => Items("metrics");

    /// <summary>The log records: 6 are the attributes, 9 the trace id, 10 the span id.</summary>
    public IEnumerable<ProtoMessage> Logs => Items("logs");

    /// <summary>The spans: 1 is the trace id, 2 the span id, 4 the parent's, 5 the name, 9 are the attributes.</summary>
    public IEnumerable<ProtoMessage> Spans => Items("traces");

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.MapPost("/v1/{signal}", receiver.ReceiveAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> ReceiveAsync(string signal, HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        _requests.Enqueue((signal, new ProtoMessage(body.ToArray())));
        return Results.Bytes([], "application/x-protobuf");
    }

    // For all signals: a request has resources in field 1, a resource has scopes in 2, a scope has items in 2.
    private IEnumerable<ProtoMessage> Items(string signal) =>
        from request in _requests
        where request.Signal == signal
        from resource in request.Request.All(1)
        from scope in resource.All(2)
        from item in scope.All(2)
        select item;
}

/// <summary>A protobuf message, read without a schema: <see href="https://protobuf.dev/programming-guides/encoding/"/>.</summary>
internal sealed class ProtoMessage(ReadOnlyMemory<byte> bytes)
{
    /// <summary>The messages in a field.</summary>
    public IEnumerable<ProtoMessage> All(int field) => Fields().Where(one => one.Number == field).Select(one => new ProtoMessage(one.Content));

    /// <summary>The text in a field; empty if there is none.</summary>
    public string Text(int field) =>
        Encoding.UTF8.GetString(Fields().FirstOrDefault(one => one.Number == field).Content.Span);

    /// <summary>The bytes in a field, as hexadecimal digits.</summary>
    public string Hex(int field) =>
        Convert.ToHexStringLower(Fields().FirstOrDefault(one => one.Number == field).Content.Span);

    /// <summary>The attributes in a field, those whose values are text.</summary>
    public Dictionary<string, string> Attributes(int field) =>
        All(field).ToDictionary(pair => pair.Text(1), pair => pair.All(2).First().Text(1));

    private IEnumerable<(int Number, ReadOnlyMemory<byte> Content)> Fields()
    {
        var at = 0;
        while (at < bytes.Length)
        {
            var tag = Varint(ref at);
            var length = (tag & 7) switch
            {
                0 => 0,
                1 => 8,
                2 => (int)Varint(ref at),
                5 => 4,
                var other => throw new InvalidDataException($"There is no wire type {other}."),
            };
            if ((tag & 7) == 0)
            {
                Varint(ref at);
            }

            yield return ((int)(tag >> 3), bytes.Slice(at, length));
            at += length;
        }
    }

    private ulong Varint(ref int at)
    {
        var (value, shift) = (0UL, 0);
        byte part;
        do
        {
            part = bytes.Span[at++];
            value |= (ulong)(part & 0x7F) << shift;
            shift += 7;
        }
        while (part >= 0x80);
        return value;
    }
}
