using System.Text;

namespace Choir.LoadTest.Observing;

/// <summary>Reads the metrics of one process into a buffer that is used again, so that observing leaves no garbage.</summary>
internal sealed class MetricsReader
{
    /// <summary>The largest answer that is read, in characters. Choir's own are about 1 MB.</summary>
    public const int MaxLength = 32 << 20;

    private char[] _text = new char[64 << 10];

    /// <summary>Reads the answer.</summary>
    /// <exception cref="ObservationException">It is no answer with metrics.</exception>
    public async Task<ReadOnlyMemory<char>> ReadAsync(HttpClient http, Uri address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        // Without it the answer might be in another format.
        request.Headers.TryAddWithoutValidation("Accept", "text/plain; version=0.0.4");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new ObservationException($"status {(int)response.StatusCode}");
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var reader = new StreamReader(body, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, bufferSize: 16 << 10);
        var length = 0;
        while (await reader.ReadAsync(_text.AsMemory(length), cancellationToken) is > 0 and var read)
        {
            length += read;
            if (length == _text.Length)
            {
                if (length >= MaxLength)
                {
                    throw new ObservationException($"its metrics are larger than {MaxLength >> 20} MiB");
                }

                Array.Resize(ref _text, Math.Min(_text.Length * 2, MaxLength));
            }
        }

        return _text.AsMemory(0, length);
    }
}
