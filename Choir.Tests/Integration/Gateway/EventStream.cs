namespace Choir.Tests.Integration.Gateway;

/// <summary>Reads a thread's event stream.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private EventStream(HttpResponseMessage response, Stream body) => (_response, _reader) = (response, new StreamReader(body));

    public int Status => (int)_response.StatusCode;

    public static async Task<EventStream> OpenAsync(GatewayUnderTest gateway, string threadId, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/threads/{threadId}/events");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var response = await gateway.Http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return new EventStream(response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The next line; null at the end.</summary>
    public async Task<string?> LineAsync() => await _reader.ReadLineAsync(TestContext.Current.CancellationToken);

    /// <summary>The next event; comments are skipped.</summary>
    public async Task<(string Id, string Type, string Data)> NextAsync()
    {
        var fields = new Dictionary<string, string>();
        while (await LineAsync() is { } line)
        {
            if (line.Length == 0 && fields.Count > 0)
            {
                return (fields["id"], fields["event"], fields["data"]);
            }

            if (line.Split(": ", 2) is [{ Length: > 0 } name, var value])
            {
                fields[name] = value;
            }
        }

        throw new EndOfStreamException("The stream ended.");
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}
