using Microsoft.Extensions.Logging;

namespace Choir.ServiceDefaults.Telemetry.Export;

/// <summary>
/// Reads the answers of a collector to the exports of one signal: what it refuses of an export that succeeds is counted as dropped, and
/// logged the first time. Bounds the answers, which the exporter keeps in memory.
/// </summary>
/// <param name="signal">The signal, such as <c>traces</c>.</param>
/// <param name="dropped">Counts.</param>
/// <param name="logger">Logs the first refusal.</param>
internal sealed class ExportAnswers(string signal, DroppedTelemetry dropped, ILogger<ExportAnswers> logger) : DelegatingHandler
{
    private const int MaxAnswer = 64 * 1024;
    private const int MaxReason = 300;

    private int _hasLogged;

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = base.Send(request, cancellationToken);
        try
        {
            // Reading cannot be cancelled. At the time limit of the export the connection is closed.
            using var limit = cancellationToken.UnsafeRegister(static answer => ((HttpResponseMessage)answer!).Dispose(), response);
            Replace(response, ReadAtMost(response.Content.ReadAsStream(cancellationToken)));
            return response;
        }
        catch (Exception exception)
        {
            response.Dispose();
            if (exception is not OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(exception.Message, exception, cancellationToken);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            Replace(response, await response.Content.ReadAtMostAsync(MaxAnswer, cancellationToken).ConfigureAwait(false));
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static byte[]? ReadAtMost(Stream body)
    {
        using var read = new MemoryStream();
        Span<byte> part = stackalloc byte[1024];
        while (body.Read(part) is > 0 and var length)
        {
            if (read.Length + length > MaxAnswer)
            {
                return null;
            }

            read.Write(part[..length]);
        }

        return read.ToArray();
    }

    /// <summary>Replaces the body by what was read of it: nothing if it is too large, which says nothing about the export.</summary>
    private void Replace(HttpResponseMessage response, byte[]? body)
    {
        using var before = response.Content;
        response.Content = new ByteArrayContent(body ?? []);
        foreach (var (name, values) in before.Headers.NonValidated)
        {
            if (name != "Content-Length")
            {
                response.Content.Headers.TryAddWithoutValidation(name, values);
            }
        }

        var isGrpc = before.Headers.ContentType?.MediaType?.StartsWith("application/grpc", StringComparison.Ordinal) == true;
        if (response.IsSuccessStatusCode && body is not null && PartialSuccess.Read(body, isGrpc) is { } partial)
        {
            dropped.Refused(signal, partial.Rejected);
            if (Interlocked.Exchange(ref _hasLogged, 1) == 0)
            {
                logger.TelemetryRefused(
                    signal, partial.Rejected, partial.Reason.Length > 0 ? PlainText.OneLine(partial.Reason, MaxReason) : "it does not say why");
            }
        }
    }
}
