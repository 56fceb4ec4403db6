using System.Text.Json;

namespace Choir.Tests.Integration.EndToEnd;

public class ConversationTests(RunningChoir choir)
{
    [Fact]
    public async Task An_input_passes_six_phases_and_is_anchored()
    {
        using var gateway = await choir.GatewayAsync();
        var thread = await RunningChoir.CreateThreadAsync(gateway);
        var cycle = await RunningChoir.ConverseAsync(gateway, thread, "Sourdough rises because wild yeast ferments the flour's sugar.");

        RunningChoir.AssertWentThroughSixPhases(cycle);
        Assert.Contains("yeast", cycle.GetProperty("result").GetProperty("content").GetString(), StringComparison.Ordinal);

        var anchor = await RunningChoir.AnchorAsync(gateway, thread, cycle.GetProperty("cycleId").GetString()!);
        await AssertRecordedOnChainAsync(anchor);
    }

    [Fact]
    public async Task A_second_thread_with_a_similar_question_cites_the_first()
    {
        using var gateway = await choir.GatewayAsync();
        var first = await RunningChoir.CreateThreadAsync(gateway);
        await RunningChoir.ConverseAsync(
            gateway, first, "Glaciers carve valleys: the ice drags boulders over the bedrock, and leaves moraines where it melts.");
        var second = await RunningChoir.CreateThreadAsync(gateway);
        var answer = (await RunningChoir.ConverseAsync(gateway, second, "What does a glacier leave behind after melting?")).GetProperty("result");

        Assert.Equal(first, answer.GetProperty("sources")[0].GetProperty("threadId").GetString());
        Assert.Contains("moraines", answer.GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Contains(first, answer.GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Wie warnt ein Leuchtturm die Schiffe vor den Klippen?")]
    [InlineData("ラムネの瓶にはなぜビー玉が入っていますか？")]
    [InlineData("كيف تعمل البوصلة في الصحراء؟")]
    [InlineData("🎻🎺🥁")]
    public async Task Any_script_gets_an_answer(string question)
    {
        using var gateway = await choir.GatewayAsync();
        var cycle = await RunningChoir.ConverseAsync(gateway, await RunningChoir.CreateThreadAsync(gateway), question);

        Assert.NotEmpty(cycle.GetProperty("result").GetProperty("content").GetString()!);
    }

    [Fact]
    public async Task An_article_of_twenty_thousand_words_completes()
    {
        using var gateway = await choir.GatewayAsync();
        string[] words = ["river", "harbor", "lantern", "engine", "winter", "planet", "protein", "theory", "garden", "bridge"];
        var article = string.Join(' ', Enumerable.Range(0, 1700).Select(i =>
            $"In chapter {i} the {words[i % 10]} of the {words[(i / 10) % 10]} changes how the {words[(i / 100) % 10]} is seen."));
        var cycle = await RunningChoir.ConverseAsync(gateway, await RunningChoir.CreateThreadAsync(gateway), article);

        Assert.InRange(cycle.GetProperty("result").GetProperty("content").GetString()!.Length, 100, 20_000);
    }

    [Fact]
    public async Task The_event_stream_has_each_phase_once_and_resumes_after_the_last_event()
    {
        using var gateway = await choir.GatewayAsync();
        var thread = await RunningChoir.CreateThreadAsync(gateway);
        await RunningChoir.ConverseAsync(gateway, thread, "Bees dance to tell the hive where flowers are.");
        var all = await EventsAsync(gateway, thread, after: null, until: "cycle_completed");
        var rest = await EventsAsync(gateway, thread, after: all[2].Id, until: "cycle_completed");

        Assert.Equal(6, all.Count(item => item.Type == "phase_completed"));
        Assert.Equal(all.Skip(3), rest);
    }

    private static async Task<List<(string Id, string Type)>> EventsAsync(HttpClient gateway, string thread, string? after, string until)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/threads/{thread}/events", UriKind.Relative));
        if (after is not null)
        {
            request.Headers.Add("Last-Event-ID", after);
        }

        var token = TestContext.Current.CancellationToken;
        using var response = await gateway.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(token));
        var events = new List<(string, string)>();
        var id = "";
        while (await reader.ReadLineAsync(token) is { } line)
        {
            if (line.StartsWith("id:", StringComparison.Ordinal))
            {
                id = line[3..].Trim();
            }
            else if (line.StartsWith("event:", StringComparison.Ordinal))
            {
                events.Add((id, line[6..].Trim()));
                if (events[^1].Item2 == until)
                {
                    break;
                }
            }
        }

        return events;
    }

    private async Task AssertRecordedOnChainAsync(JsonElement anchor)
    {
        var receipt = await choir.AskNodeAsync("eth_getTransactionReceipt", anchor.GetProperty("transactionHash").GetString());

        Assert.Equal("0x1", receipt.GetProperty("status").GetString());

        // A transaction may record several cycles.
        var topics = receipt.GetProperty("logs").EnumerateArray()
            .SelectMany(log => log.GetProperty("topics").EnumerateArray()).Select(topic => topic.GetString());
        Assert.Contains(anchor.GetProperty("cycleHash").GetString(), topics);
    }
}
