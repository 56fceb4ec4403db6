using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Choir.Tests.Support.Hostile;

/// <summary>
/// A JSON-RPC proxy before a real Ethereum node. A test decides for each method what is answered; everything else passes.
/// </summary>
/// <example><code>node.On("eth_blockNumber", Answer.Result("null"), Answer.Pass);</code></example>
internal sealed class HostileNode : HostileHttp
{
    private readonly HttpClient _http = new();
    private readonly ConcurrentDictionary<string, Rule> _rules = new();
    private readonly ConcurrentDictionary<string, int> _calls = new();
    private Rule _others = new([Answer.Pass]);

    private HostileNode(Uri node) => Node = node;

    /// <summary>The real node. It may be replaced while the proxy keeps its address.</summary>
    public Uri Node { get; set; }

    /// <param name="node">The real node's address.</param>
    public static async Task<HostileNode> StartAsync(Uri node)
    {
        var server = new HostileNode(node);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Sets what a method answers: one answer a call from now on, the last one also to all later calls.</summary>
    public void On(string method, params NodeAnswer[] answers) => _rules[method] = new Rule(answers);

    /// <summary>Sets what the methods answer that have no answers of their own.</summary>
    public void OnOthers(params NodeAnswer[] answers) => Volatile.Write(ref _others, new Rule(answers));

    /// <summary>Lets everything pass again.</summary>
    public void Reset()
    {
        _rules.Clear();
        OnOthers(Answer.Pass);
    }

    /// <summary>How often a method has been called.</summary>
    public int Calls(string method) => _calls.GetValueOrDefault(method);

    protected override async Task<HttpReply> AnswerAsync(byte[] body, CancellationToken cancellation)
    {
        var request = JsonNode.Parse(body)!;
        if (request is JsonArray batch)
        {
            var answers = new JsonArray();
            foreach (var one in batch)
            {
                var answer = await AnswerOneAsync(one!.DeepClone(), cancellation);
                if (ReferenceEquals(answer, HttpReply.Cut))
                {
                    return answer;
                }

                answers.Add(JsonNode.Parse(answer.Body.Span));
            }

            return HttpReply.Json(answers);
        }

        return await AnswerOneAsync(request, cancellation);
    }

    protected override void OnStopped() => _http.Dispose();

    private Task<HttpReply> AnswerOneAsync(JsonNode request, CancellationToken cancellation)
    {
        var method = (string)request["method"]!;
        var number = _calls.AddOrUpdate(method, 1, (_, before) => before + 1);
        var rule = _rules.GetValueOrDefault(method) ?? Volatile.Read(ref _others);
        return rule.Next()(new NodeCall(method, request, number, one => ForwardAsync(one, cancellation), cancellation));
    }

    /// <summary>The real node's answer; a cut connection if it cannot be reached.</summary>
    private async Task<HttpReply> ForwardAsync(JsonNode request, CancellationToken cancellation)
    {
        try
        {
            using var content = new StringContent(request.ToJsonString(), new MediaTypeHeaderValue("application/json"));
            using var answer = await _http.PostAsync(Node, content, cancellation);
            return new HttpReply((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(cancellation));
        }
        catch (HttpRequestException)
        {
            return HttpReply.Cut;
        }
    }

    private sealed class Rule(NodeAnswer[] answers)
    {
        private int _next = -1;

        public NodeAnswer Next() => answers[Math.Min(Interlocked.Increment(ref _next), answers.Length - 1)];
    }
}
