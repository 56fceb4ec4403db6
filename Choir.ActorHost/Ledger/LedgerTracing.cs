using System.Diagnostics;
using System.Text.Json;
using Choir.Actors;
using Choir.Storage;

namespace Choir.ActorHost.Ledger;

/// <summary>The ledger's spans. Work for a cycle belongs to the trace of its input.</summary>
internal static class LedgerTracing
{
    /// <summary>The name of the activity source.</summary>
    public const string SourceName = "Choir.Ledger";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>
    /// Starts a span for the work for cycles, in the trace of the first one that is sampled. When it ends, each of the others gets
    /// a span of the same name in its own trace, with a link to it.
    /// </summary>
    /// <returns>The span, which is current until it is disposed; null if there is no listener.</returns>
    public static LedgerSpan? Start(string name, IReadOnlyList<PendingCycle> cycles)
    {
        var first = cycles.FirstOrDefault(cycle => TraceContext.Parse(cycle.TraceParent).IsSampled) ?? cycles[0];
        return Start(name, first, [], default) is { } span
            ? new LedgerSpan(span, [.. cycles.Where(cycle => cycle != first)])
            : null;
    }

    /// <summary>Starts a span for a cycle, under the trace context that is stored with it.</summary>
    /// <returns>The span, which is current until it is disposed; null if there is no listener.</returns>
    public static Activity? Start(string name, PendingCycle cycle, IEnumerable<ActivityLink> links, DateTimeOffset startedAt)
    {
        var parent = TraceContext.Parse(cycle.TraceParent).ToActivityContext();
        var span = Source.StartActivity(name, ActivityKind.Internal, parent, links: links, startTime: startedAt);
        span?.SetTag("choir.cycle.id", cycle.CycleId.ToString());
        span?.SetTag("choir.thread.id", cycle.ThreadId.ToString());
        return span;
    }

    public static void SetFailed(this Activity? span, string reason) => span?.SetStatus(ActivityStatusCode.Error, reason);

    /// <summary>
    /// Measures each call of the node, and starts a span for it, named by its method. The HTTP client's own span is not used, because it would
    /// contain the address, which may contain an access key.
    /// </summary>
    internal sealed class ChainCalls(LedgerMetrics metrics, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var span = Source.StartActivity("chain_call", ActivityKind.Client);
            if (span is { IsAllDataRequested: true } && request.Content is { } content)
            {
                // Buffers the content, which is then sent from memory.
                var method = MethodOf(await content.ReadAsByteArrayAsync(cancellationToken));
                span.DisplayName = method;
                span.SetTag("rpc.system", "jsonrpc");
                span.SetTag("rpc.method", method);
                span.SetTag("server.address", request.RequestUri?.Host);
            }

            var started = metrics.NodeCallStarted();
            var failed = true;
            try
            {
                var response = await base.SendAsync(request, cancellationToken);
                failed = !response.IsSuccessStatusCode;
                if (failed)
                {
                    span.SetFailed($"HTTP {(int)response.StatusCode}");
                }

                return response;
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                span.SetFailed(exception.GetType().Name);
                throw;
            }
            finally
            {
                metrics.NodeCallEnded(started, failed);
            }
        }

        private static string MethodOf(byte[] request)
        {
            try
            {
                using var json = JsonDocument.Parse(request);
                return json.RootElement.TryGetProperty("method", out var method) ? method.GetString() ?? "" : "";
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                return "";
            }
        }
    }
}
