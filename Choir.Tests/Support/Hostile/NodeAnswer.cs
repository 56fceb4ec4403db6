using System.Text.Json.Nodes;

namespace Choir.Tests.Support.Hostile;

/// <summary>How <see cref="HostileNode"/> answers a call.</summary>
internal delegate Task<HttpReply> NodeAnswer(NodeCall call);

/// <summary>The usual answers. A test may write others.</summary>
internal static class Answer
{
    /// <summary>The real node's answer.</summary>
    public static NodeAnswer Pass { get; } = call => call.PassAsync();

    /// <summary>The call reaches nobody: the connection is cut.</summary>
    public static NodeAnswer Cut { get; } = _ => Task.FromResult(HttpReply.Cut);

    /// <summary>The real node handles the call, but its answer is lost: the connection is cut.</summary>
    public static NodeAnswer Lost { get; } = async call =>
    {
        await call.PassAsync();
        return HttpReply.Cut;
    };

    /// <summary>No answer until the caller leaves.</summary>
    public static NodeAnswer Silence { get; } = _ => Task.FromResult(HttpReply.Silence);

    /// <summary>A result, as JSON text: <c>"\"0x1\""</c>, <c>"null"</c>, <c>"{}"</c>.</summary>
    public static NodeAnswer Result(string json) => call => Task.FromResult(call.With(200, ("result", JsonNode.Parse(json))));

    /// <summary>The real node's result, changed.</summary>
    public static NodeAnswer Changed(Func<JsonNode?, JsonNode?> change) => async call =>
    {
        var answer = JsonNode.Parse((await call.PassAsync()).Body.Span)!;
        return answer["error"] is null ? call.With(200, ("result", change(answer["result"]))) : HttpReply.Json(answer);
    };

    /// <summary>An error of the protocol.</summary>
    /// <param name="code">Its code, such as -32000.</param>
    /// <param name="message">Its message.</param>
    /// <param name="data">Its data, as JSON text; null for none.</param>
    /// <param name="status">The HTTP status: some nodes send errors with 400.</param>
    public static NodeAnswer Error(int code, string message, string? data = null, int status = 200) => call =>
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        if (data is not null)
        {
            error["data"] = JsonNode.Parse(data);
        }

        return Task.FromResult(call.With(status, ("error", error)));
    };

    /// <summary>The answer of a node that does not have the method.</summary>
    public static NodeAnswer Unsupported { get; } =
        call => Error(-32601, $"The method {call.Method} does not exist/is not available")(call);

    /// <summary>Any body with any status: HTML of a proxy, half an answer, nothing.</summary>
    public static NodeAnswer Body(string body, int status = 200, string contentType = "application/json") =>
        _ => Task.FromResult(HttpReply.Text(body, status, contentType));

    /// <summary>Another answer, given when a task has completed: the test decides when.</summary>
    public static NodeAnswer After(Task when, NodeAnswer answer) => async call =>
    {
        await when.WaitAsync(call.Cancellation);
        return await answer(call);
    };

    /// <summary>Another answer, given late.</summary>
    public static NodeAnswer Late(TimeSpan delay, NodeAnswer answer) => async call =>
    {
#pragma warning disable RS0030 // A slow server is what is tested here.
        await Task.Delay(delay, TimeProvider.System, call.Cancellation);
#pragma warning restore RS0030
        return await answer(call);
    };

    /// <summary>The real node's events, but an error if the range has more blocks than a provider allows.</summary>
    public static NodeAnswer LogsOfAtMost(int blocks) => async call =>
    {
        var newest = Number(await call.AskAsync("eth_blockNumber"));
        var filter = call.Parameter(0);
        var size = Block(filter?["toBlock"], newest) - Block(filter?["fromBlock"], newest) + 1;
        return size <= blocks
            ? await call.PassAsync()
            : await Error(-32005, $"query exceeds max block range {blocks}")(call);
    };

    private static long Block(JsonNode? block, long newest) => (string?)block switch
    {
        "earliest" => 0,
        null or "latest" or "pending" or "safe" or "finalized" => newest,
        _ => Number(block),
    };

    private static long Number(JsonNode? quantity) => Convert.ToInt64((string)quantity!, 16);
}
