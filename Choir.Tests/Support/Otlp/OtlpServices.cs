using Choir.Tests.Support.Hostile;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Choir.Tests.Support.Otlp;

/// <summary>The services of an OTLP collector, over gRPC and HTTP.</summary>
internal static class OtlpServices
{
    public static void MapOtlp(this IEndpointRouteBuilder routes, OtlpInbox inbox)
    {
        routes.MapGrpcService<MetricsInbox>();
        routes.MapGrpcService<TracesInbox>();
        routes.MapGrpcService<LogsInbox>();
        routes.MapPost("/v1/{signal}", (string signal, HttpRequest request) => ReceiveAsync(signal, request, inbox));
    }

    private static async Task<IResult> ReceiveAsync(string signal, HttpRequest request, OtlpInbox inbox)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        if (body.Length > HostileCollector.MaxRequestBytes)
        {
            return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        }

        MessageParser parser = signal switch
        {
            "metrics" => ExportMetricsServiceRequest.Parser,
            "traces" => ExportTraceServiceRequest.Parser,
            _ => ExportLogsServiceRequest.Parser,
        };
        inbox.Add(parser.ParseFrom(body.ToArray()), request);
        
        // The answers for all signals have the same form.
        var answer = inbox.Refusal is var (rejected, reason)
            ? new ExportTraceServiceResponse { PartialSuccess = new() { Rejected = rejected, ErrorMessage = reason } }
            : new ExportTraceServiceResponse();
        return Results.Bytes(answer.ToByteArray(), "application/x-protobuf");
    }

    private sealed class MetricsInbox(OtlpInbox inbox) : MetricsService.MetricsServiceBase
    {
        public override Task<ExportMetricsServiceResponse> Export(ExportMetricsServiceRequest request, ServerCallContext context)
        {
            inbox.Add(request, context.GetHttpContext().Request);
            return Task.FromResult(inbox.Refusal is var (rejected, reason)
                ? new ExportMetricsServiceResponse { PartialSuccess = new() { Rejected = rejected, ErrorMessage = reason } }
                : new ExportMetricsServiceResponse());
        }
    }

    private sealed class TracesInbox(OtlpInbox inbox) : TraceService.TraceServiceBase
    {
        public override Task<ExportTraceServiceResponse> Export(ExportTraceServiceRequest request, ServerCallContext context)
        {
            inbox.Add(request, context.GetHttpContext().Request);
            return Task.FromResult(inbox.Refusal is var (rejected, reason)
                ? new ExportTraceServiceResponse { PartialSuccess = new() { Rejected = rejected, ErrorMessage = reason } }
                : new ExportTraceServiceResponse());
        }
    }

    private sealed class LogsInbox(OtlpInbox inbox) : LogsService.LogsServiceBase
    {
        public override Task<ExportLogsServiceResponse> Export(ExportLogsServiceRequest request, ServerCallContext context)
        {
            inbox.Add(request, context.GetHttpContext().Request);
            return Task.FromResult(inbox.Refusal is var (rejected, reason)
                ? new ExportLogsServiceResponse { PartialSuccess = new() { Rejected = rejected, ErrorMessage = reason } }
                : new ExportLogsServiceResponse());
        }
    }
}
