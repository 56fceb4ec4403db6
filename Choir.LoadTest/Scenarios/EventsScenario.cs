using System.Net.ServerSentEvents;

namespace Choir.LoadTest.Scenarios;

/// <summary>Follows the events of a thread while an input runs, until the event that it is completed.</summary>
internal sealed class EventsScenario : IScenario
{
    private readonly GatewayClient _gateway;
    private readonly IReadOnlyList<int> _sizes;

    public EventsScenario(ScenarioSettings settings, GatewayClient gateway)
    {
        _gateway = gateway;
        _sizes = settings.WholeList("sizes", "80", 20, 1_000_000);
    }

    public async Task RunAsync(Operation operation, CancellationToken cancellationToken)
    {
        var thread = await ConversationScenario.CreateThreadAsync(_gateway, cancellationToken);
        var path = $"/threads/{Uri.EscapeDataString(thread)}";
        using var stream = await _gateway.OpenStreamAsync(path + "/events", cancellationToken);
        var text = SampleTexts.Make(operation, _sizes[operation.Next(_sizes.Count)]);
        await _gateway.SendAsync(HttpMethod.Post, path + "/inputs", ConversationScenario.Body(text), cancellationToken);
        await using var content = await stream.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(content).EnumerateAsync(cancellationToken))
        {
            switch (item.EventType)
            {
                case "cycle_completed":
                    return;
                case "cycle_failed":
                    throw new OperationFailedException("cycle_failed", item.Data);
                default:
                    continue;
            }
        }

        throw new OperationFailedException("stream_ended", "The event stream ended before the cycle did.");
    }
}
