using Microsoft.Extensions.Options;

namespace Choir.Gateway.Problems;

/// <summary>Rejects a request body over the limit, whether the request has a Content-Length or not.</summary>
/// <remarks>
/// Kestrel's own limit (<c>IHttpMaxRequestBodySizeFeature</c>) is higher on purpose: over it, Kestrel closes the connection
/// while the client is still sending, and many clients then never read the response. Below it, Kestrel drains the rest of
/// the body after the response.
/// </remarks>
internal sealed class BodyLimit(RequestDelegate next, IOptions<GatewayOptions> options)
{
    /// <summary>Kestrel's limit: over it the connection is closed.</summary>
    public const int ServerLimit = 64 << 20;

    public static string Message(int limit) => $"The body is larger than the limit of {limit} bytes.";

    /// <summary>The limit of a request: the lower one of the gateway's and of its endpoint's.</summary>
    public static int Of(HttpContext context, GatewayOptions options) =>
        Math.Min(options.MaxBodyBytes, context.GetEndpoint()?.Metadata.GetMetadata<MaxBody>()?.Bytes ?? int.MaxValue);

    public Task Invoke(HttpContext context)
    {
        var limit = Of(context, options.Value);
        if (context.Request.ContentLength > limit)
        {
            throw ProblemException.TooLarge(Message(limit));
        }

        // Of a body with a length, Kestrel reads no more than that; and it is read faster without a stream before it.
        if (context.Request.ContentLength is null)
        {
            context.Request.Body = new LimitedStream(context.Request.Body, limit);
        }

        return next(context);
    }

    /// <summary>A lower limit of an endpoint.</summary>
    /// <param name="Bytes">The most bytes of its body.</param>
    internal sealed record MaxBody(int Bytes);

    private sealed class LimitedStream(Stream inner, int limit) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => _read;
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            _read += count;
            return _read <= limit
                ? count
                : throw new BadHttpRequestException(Message(limit), StatusCodes.Status413PayloadTooLarge);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) =>
            throw new NotSupportedException("Read asynchronously.");

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
