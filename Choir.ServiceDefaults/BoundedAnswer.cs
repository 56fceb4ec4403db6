namespace Choir.ServiceDefaults;

/// <summary>Reads the body of an answer from outside, up to a limit.</summary>
public static class BoundedAnswer
{
    /// <summary>Reads the body into memory. It can be read again afterwards.</summary>
    /// <param name="content">The body.</param>
    /// <param name="limit">The maximum size, in bytes.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The body; null if it is larger than the limit.</returns>
    public static async Task<byte[]?> ReadAtMostAsync(this HttpContent content, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        try
        {
            await content.LoadIntoBufferAsync(limit, cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            return null;
        }

        return await content.ReadAsByteArrayAsync(cancellationToken);
    }
}
