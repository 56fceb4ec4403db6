namespace Choir.Tests.Support.Hostile;

/// <summary>An OpenAI-compatible endpoint whose answers a test scripts.</summary>
internal sealed class HostileModel : HostileHttp
{
    private HttpReply[] _replies = [];
    private int _next = -1;
    private int _requests;

    /// <summary>The value of <c>Model:Endpoint</c>.</summary>
    public Uri Endpoint => new(Url, "v1");

    /// <summary>How many requests it has received.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The body of the latest request.</summary>
    public string LastRequest { get; private set; } = "";

    public static async Task<HostileModel> StartAsync()
    {
        var server = new HostileModel();
        await server.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Sets its answers: one a request from now on, the last one also to all later requests.</summary>
    public void Answers(params HttpReply[] replies)
    {
        _next = -1;
        _replies = replies;
    }

    /// <summary>A complete answer.</summary>
    /// <param name="content">The text that the model says.</param>
    public static HttpReply Says(string content) => HttpReply.Json(new
    {
        id = "1",
        @object = "chat.completion",
        created = 1_700_000_000,
        model = "test",
        choices = new[] { new { index = 0, message = new { role = "assistant", content }, finish_reason = "stop" } },
        usage = new { prompt_tokens = 1, completion_tokens = 1, total_tokens = 2 },
    });

    protected override Task<HttpReply> AnswerAsync(byte[] body, CancellationToken cancellation)
    {
        LastRequest = System.Text.Encoding.UTF8.GetString(body);
        Interlocked.Increment(ref _requests);
        return Task.FromResult(_replies[Math.Min(Interlocked.Increment(ref _next), _replies.Length - 1)]);
    }
}
