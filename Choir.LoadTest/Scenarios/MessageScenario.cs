using System.Globalization;
using System.Text.Json;

namespace Choir.LoadTest.Scenarios;

/// <summary>Sends a message to an actor and waits for the reply: to one of many equally often, or to some much more often.</summary>
internal sealed class MessageScenario : IScenario
{
    private readonly GatewayClient _gateway;
    private readonly ZipfIds _ids;
    private readonly string _actorType;
    private readonly string _prefix;
    private readonly string _messageType;
    private readonly TextTemplate _data;

    public MessageScenario(ScenarioSettings settings, GatewayClient gateway, bool hot)
    {
        _gateway = gateway;
        _actorType = settings.Text("type", "test_actor");
        _messageType = settings.Text("message", "PING");
        _prefix = settings.Text("prefix", "load-");
        _data = settings.Template("data", "{}");
        var ids = settings.Whole("ids", 1_000, 1, 1_000_000);
        _ids = new ZipfIds(ids, hot ? settings.Number("exponent", 1, 0, 10) : 0);
        if (!TextTemplate.Unknown(settings.Text("data", "{}")).Any() && !IsJson(_data.Fill(new Operation(0, 0, 0))))
        {
            settings.Error("has \"data\" that is not JSON", "data");
        }
    }

    public async Task RunAsync(Operation operation, CancellationToken cancellationToken)
    {
        var id = _prefix + _ids.At(operation.NextDouble()).ToString(CultureInfo.InvariantCulture);
        var body = GatewayClient.Utf8($$"""{"type":{{JsonSerializer.Serialize(_messageType)}},"data":{{_data.Fill(operation)}}}""");
        await _gateway.SendAsync(
            HttpMethod.Post, $"/actors/{Uri.EscapeDataString(_actorType)}/{Uri.EscapeDataString(id)}/messages", body, cancellationToken);
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
