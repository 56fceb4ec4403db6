using System.Text.Json;
using System.Text.Json.Nodes;

namespace Choir.Tests.Support.Hostile;

/// <summary>A call that <see cref="HostileNode"/> received.</summary>
/// <param name="Method">The method, such as <c>eth_blockNumber</c>.</param>
/// <param name="Request">The request, with <c>id</c> and <c>params</c>.</param>
/// <param name="Number">How often the method has been called, this call included.</param>
/// <param name="Cancellation">Cancelled when the caller leaves.</param>
internal sealed record NodeCall(
    string Method, JsonNode Request, int Number, Func<JsonNode, Task<HttpReply>> Forward, CancellationToken Cancellation)
{
    /// <summary>A parameter of the call; null if there is none.</summary>
    public JsonNode? Parameter(int at) => Request["params"] is JsonArray all && at < all.Count ? all[at] : null;

    /// <summary>Passes the call to the real node.</summary>
    public Task<HttpReply> PassAsync() => Forward(Request);

    /// <summary>Calls another method of the real node.</summary>
    public async Task<JsonNode?> AskAsync(string method, params object?[] parameters)
    {
        var request = JsonSerializer.SerializeToNode(new { jsonrpc = "2.0", id = 1, method, @params = parameters })!;
        return JsonNode.Parse((await Forward(request)).Body.Span)?["result"];
    }

    /// <summary>An answer to this call that has the given members beside <c>jsonrpc</c> and <c>id</c>.</summary>
    public HttpReply With(int status, params (string Name, JsonNode? Value)[] members)
    {
        var answer = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = Request["id"]?.DeepClone() };
        foreach (var (name, value) in members)
        {
            answer[name] = value?.DeepClone();
        }

        return HttpReply.Json(answer, status);
    }
}
