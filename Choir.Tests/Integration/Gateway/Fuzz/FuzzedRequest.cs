using System.Text;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.Gateway.Fuzz;

/// <summary>A request of the fuzz, as bytes.</summary>
/// <param name="Method">The method.</param>
/// <param name="Parts">The bytes, sent one part after the other.</param>
/// <param name="EndsEarly">Whether the client closes its side before the request is complete.</param>
/// <param name="IsWellFormed">Whether it is valid HTTP, so that the gateway itself has to answer.</param>
internal sealed record FuzzedRequest(string Method, IReadOnlyList<byte[]> Parts, bool EndsEarly, bool IsWellFormed)
{
    private const int MaxShown = 3_000;

    public override string ToString()
    {
        var text = Encoding.UTF8.GetString([.. Parts.SelectMany(part => part).Take(MaxShown)]);
        return $"{text}{(EndsEarly ? "\n(ends early)" : "")}";
    }
}

/// <summary>Makes requests from the operations of the API, the same ones for the same seed.</summary>
internal sealed class RequestFuzzer(IReadOnlyList<ApiOperation> operations, Uri address, string threadId)
{
    private static readonly string[] OddMethods =
        ["HEAD", "OPTIONS", "TRACE", "PATCH", "PUT", "POST", "DELETE", "GET", "get", "PROPFIND", "M-SEARCH", new('M', 300)];

    private static readonly string[] OddTexts =
    [
        "%2F", "%252F", "%2E%2E", "..", ".", "%00", "%01", "%zz", "%", "%ED%A0%80", "%C3%A4", "%F0%9F%91%8B", "a%0d%0aX-Injected:%201", "a;b=c", "a+b", "~",
        "'%20OR%201=1--", "%3Cscript%3E", "null", "undefined", "-1", "0", "1e9", "99999999999999999999", "true", "NaN", "[]", new('a', 255), new('a', 300),
        "00000000-0000-0000-0000-000000000000", "{0192f7a0-1b2c-7d3e-8f40-5a6b7c8d9e0f}", "0192F7A0-1B2C-7D3E-8F40-5A6B7C8D9E0F", "stuck", "diagnostics",
    ];

    private static readonly string[] OddHeaders =
    [
        "Accept: text/event-stream", "Accept: text/html", "Accept: */*;q=0", "Accept: ,,;;", "Accept-Encoding: gzip, br", "Accept-Charset: utf-16",
        "Accept-Language: xx", "Range: bytes=0-10", "If-None-Match: *", "If-Match: \"x\"", "If-Modified-Since: never", "Expect: 100-continue", "Expect: 200-ok",
        "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "traceparent: x", "tracestate: =,=", "baggage: a=%zz,=,;",
        "Request-Id: |a.b.", "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Host: evil", "X-HTTP-Method-Override: DELETE", "X-Correlation-Id: mine",
        "Cookie: a=b; =; c", "Content-Encoding: gzip", "Content-Encoding: identity", "Idempotency-Key: k", "Idempotency-Key:", "Last-Event-ID: 999999",
        "Last-Event-ID: -1", "Last-Event-ID: \u00ff", "X-Odd: \u00e4\u00f6", "Upgrade: websocket", "Connection: upgrade", "Upgrade-Insecure-Requests: 1",
        "Content-Type: text/plain", "Content-Type: application/json; charset=nonsense", "Content-Type: application/json; charset=utf-16",
        "Content-Type: multipart/form-data; boundary=x", "Content-Type: ;;", "Content-MD5: x", "Te: trailers",
    ];

    private static readonly string[] BrokenHeaders =
        ["X-Control: \u0001", "NoColon", ": no name", " folded", "X-Nul: \0", "Content-Length: -1", "Content-Length: x", "Transfer-Encoding: gzip", "Host: again"];

    public FuzzedRequest Create(int seed)
    {
        var dice = new Dice(seed);
        var operation = operations[dice.Below(operations.Count)];
        var method = dice.Happens(0.9) ? operation.Method : dice.One(OddMethods);
        var target = Target(dice, operation);
        var headers = Headers(dice, operation);
        var isWellFormed = !target.Contains("%00", StringComparison.Ordinal) && !headers.Contains("Expect: 200-ok");
        if (dice.Happens(0.02))
        {
            headers.Insert(dice.Below(headers.Count), dice.One(BrokenHeaders));
            isWellFormed = false;
        }

        var body = operation.BodyExample is { } example && dice.Happens(0.95) ? FuzzedJson.Body(dice, example)
            : dice.Happens(0.1) ? dice.Bytes(dice.Below(100)) : null;
        if (body is null)
        {
            return new FuzzedRequest(method, [RawHttp.Head(method, target, headers)], EndsEarly: false, isWellFormed);
        }

        return dice.Below(20) switch
        {
            0 => new FuzzedRequest(
                method, [RawHttp.Head(method, target, [.. headers, $"Content-Length: {body.Length + 10}"]), body], EndsEarly: true, IsWellFormed: false),
            1 => new FuzzedRequest(
                method, [RawHttp.Head(method, target, [.. headers, "Transfer-Encoding: chunked"]), .. Chunks(body), .. dice.Happens(0.5) ? [] : new[] { "0\r\n\r\n"u8.ToArray() }],
                EndsEarly: true, IsWellFormed: false),
            2 => new FuzzedRequest(
                method, [RawHttp.Head(method, target, [.. headers, "Transfer-Encoding: chunked"]), .. Chunks(body), "0\r\n\r\n"u8.ToArray()], EndsEarly: false, isWellFormed),

            // Slow: a byte at a time.
            3 => new FuzzedRequest(
                method, [RawHttp.Head(method, target, [.. headers, $"Content-Length: {body.Length}"]), .. body.Take(100).Select(one => new[] { one }), body[Math.Min(100, body.Length)..]],
                EndsEarly: false, isWellFormed),
            _ => new FuzzedRequest(
                method, [RawHttp.Head(method, target, [.. headers, $"Content-Length: {body.Length}"]), body], EndsEarly: false, isWellFormed),
        };
    }

    private string Target(Dice dice, ApiOperation operation)
    {
        var path = operation.Path;
        foreach (var (_, name) in operation.Parameters.Where(one => one.In == "path"))
        {
            path = path.Replace($"{{{name}}}", dice.Happens(0.7) ? Valid(dice, name) : dice.One(OddTexts), StringComparison.Ordinal);
        }

        path = dice.Below(50) switch
        {
            0 => path + "/" + dice.One(OddTexts),
            1 => path.Replace("/", "//", StringComparison.Ordinal),
            2 => address.AbsoluteUri.TrimEnd('/') + path,
            3 => path.ToUpperInvariant(),
            _ => path,
        };
        var query = operation.Parameters.Where(one => one.In == "query" && dice.Happens(0.5))
            .Select(one => $"{one.Name}={(dice.Happens(0.5) ? Valid(dice, one.Name) : dice.One(OddTexts))}")
            .ToList();
        if (dice.Happens(0.05))
        {
            query.Add(dice.One("=", "&&", "a=b", "limit=1&limit=2", "wait=-1", new string('q', 3_000)));
        }

        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }

    private string Valid(Dice dice, string name) => name switch
    {
        "threadId" => dice.Happens(0.8) ? threadId : Guid.NewGuid().ToString(),
        "type" => dice.One("CounterActor", "test_actor", "NoSuchActor"),
        "alert" => dice.One("HostDown", "hostdown", "Unknown"),
        "profile" => dice.One("spike", "load", "no-such-profile"),
        "limit" => dice.One("1", "50", "200"),
        "wait" => "0",
        "before" or "cycleId" => Guid.NewGuid().ToString(),
        _ => dice.One("a", "b", "a%2Fb", "c%20d", Guid.NewGuid().ToString(), Guid.NewGuid().ToString("n")),
    };

    private List<string> Headers(Dice dice, ApiOperation operation)
    {
        List<string> headers = [$"Host: {(dice.Happens(0.98) ? address.Authority : dice.One("evil.example", "[::1]", "a:99"))}", "Connection: close"];
        if (dice.Happens(0.95))
        {
            headers.Add($"Authorization: {(dice.Happens(0.97) ? $"Bearer {GatewayUnderTest.Key}" : dice.One("Bearer", "Basic Og==", "Bearer a b", "\u00ff"))}");
        }

        if (operation.BodyExample is not null && dice.Happens(0.85))
        {
            headers.Add("Content-Type: application/json");
        }

        for (var more = dice.Below(4); more > 0; more--)
        {
            var odd = dice.One(OddHeaders);
            if (!headers.Exists(one => one.Split(':')[0] == odd.Split(':')[0]))
            {
                headers.Add(odd);
            }
        }

        return headers;
    }

    private static IEnumerable<byte[]> Chunks(byte[] body) =>
        body.Chunk(4_000).Select(chunk => (byte[])[.. Encoding.ASCII.GetBytes($"{chunk.Length:x}\r\n"), .. chunk, .. "\r\n"u8]);
}
