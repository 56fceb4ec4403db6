using System.Diagnostics;
using System.Text.Json;
using Choir.Actors;
using Choir.Storage;

namespace Choir.ActorHost.Ledger;

/// <summary>The ledger's spans. What is done for a cycle belongs to the trace of the input that began it.</summary>
internal static class LedgerTracing
{
    /// <summary>The source's name.</summary>
    public const string SourceName = "Choir.Ledger";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Starts a span for a cycle, under the trace context that is stored with it.</summary>
    /// <param name="name">What is done.</param>
    /// <param name="cycle">The cycle.</param>
    /// <returns>The span, which is the current one until it is disposed; null if nobody listens.</returns>
    public static Activity? Start(string name, PendingCycle cycle)
    {
        var parent = TraceContext.Parse(cycle.TraceParent).ToActivityContext();
        var span = Source.StartActivity(name, ActivityKind.Internal, parent);
        span?.SetTag("choir.cycle.id", cycle.CycleId.ToString());
        span?.SetTag("choir.thread.id", cycle.ThreadId.ToString());
        return span;
    }

    /// <summary>Marks a span as failed.</summary>
    public static void Failed(this Activity? span, string reason) => span?.SetStatus(ActivityStatusCode.Error, reason);

    /// <summary>
    /// A span for each call of the node, named by its method. The HTTP client's own would tell the address, which may hold
    /// an access key.
    /// </summary>
    internal sealed class ChainCalls(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var span = Source.StartActivity("chain_call", ActivityKind.Client);
            if (span is { IsAllDataRequested: true } && request.Content is { } content)
            {
                // Read into memory, from where it is then sent.
                var method = MethodOf(await content.ReadAsByteArrayAsync(cancellationToken));
                span.DisplayName = method;
                span.SetTag("rpc.system", "jsonrpc");
                span.SetTag("rpc.method", method);
                span.SetTag("server.address", request.RequestUri?.Host);
            }

            try
            {
                var response = await base.SendAsync(request, cancellationToken);
                if (!response.IsSuccessStatusCode)
                {
                    span.Failed($"HTTP {(int)response.StatusCode}");
                }

                return response;
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                span.Failed(exception.GetType().Name);
                throw;
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
