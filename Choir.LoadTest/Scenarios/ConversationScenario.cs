using System.Text.Json;

namespace Choir.LoadTest.Scenarios;

/// <summary>A whole conversation: creates a thread, posts inputs to it, and waits for each to be completed.</summary>
internal sealed class ConversationScenario : IScenario
{
    private readonly GatewayClient _gateway;
    private readonly IReadOnlyList<int> _sizes;
    private readonly int _inputs;
    private readonly int _wait;

    public ConversationScenario(ScenarioSettings settings, GatewayClient gateway)
    {
        _gateway = gateway;
        _sizes = settings.WholeList("sizes", "80,80,80,400,2000", 20, 1_000_000);
        _inputs = settings.Whole("inputs", 1, 1, 100);
        _wait = settings.Whole("wait", 30, 1, 30);
    }

    public async Task RunAsync(Operation operation, CancellationToken cancellationToken)
    {
        var thread = await CreateThreadAsync(_gateway, cancellationToken);
        for (var input = 0; input < _inputs; input++)
        {
            var text = SampleTexts.Make(operation, _sizes[operation.Next(_sizes.Count)]);
            await CompleteInputAsync(_gateway, thread, text, _wait, cancellationToken);
        }
    }

    /// <summary>Creates a thread and returns its id.</summary>
    public static async Task<string> CreateThreadAsync(GatewayClient gateway, CancellationToken cancellationToken)
    {
        var answer = await gateway.SendAsync(HttpMethod.Post, "/threads", null, cancellationToken);
        return answer.Required("threadId");
    }

    /// <summary>Posts an input, waits until its cycle is completed, and returns the cycle's id.</summary>
    public static async Task<string> CompleteInputAsync(
        GatewayClient gateway, string thread, string text, int wait, CancellationToken cancellationToken)
    {
        var answer = await gateway.SendAsync(
            HttpMethod.Post, $"/threads/{Uri.EscapeDataString(thread)}/inputs?wait={wait}", Body(text), cancellationToken);
        return answer.Text("status") switch
        {
            "completed" => answer.Required("cycleId"),
            "running" => throw new OperationFailedException("not_completed", $"The cycle was not completed within {wait} s."),
            "failed" => throw new OperationFailedException("cycle_failed", answer.Text("error") ?? "The cycle failed."),
            var status => throw new OperationFailedException("unexpected_answer", $"The cycle's status is \"{status}\"."),
        };
    }

    public static byte[] Body(string text) => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["content"] = text });
}
