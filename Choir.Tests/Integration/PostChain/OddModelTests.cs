using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model;
using Choir.Contracts.Threads;
using Choir.Tests.Support.Hostile;

namespace Choir.Tests.Integration.PostChain;

/// <summary>The real client of an endpoint that answers oddly: what can be used is used, and the rest is named.</summary>
public sealed class OddModelTests : OddModelTestBase
{
    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("<html>Welcome</html>", "it is HTML or XML, not JSON: \"<html>Welcome</html>\"")]
    [InlineData("{\"choices\":[{\"message\":{\"content\":\"Ic", "it is not JSON")]
    [InlineData("{}", "it has no choices: \"{}\"")]
    [InlineData("{\"choices\":[]}", "it has no choices")]
    [InlineData("{\"choices\":null,\"error\":{\"message\":\"quota \\u0000exceeded\"}}", "it is an error: \"quota \u2400exceeded\"")]
    [InlineData("{\"error\":\"model is loading\"}", "it is an error: \"model is loading\"")]
    [InlineData("{\"choices\":[{\"message\":{\"content\":\" \"}}]}", "it has no text")]
    [InlineData("{\"choices\":[{\"message\":{\"content\":\"{\\\"output\\\":\\\"Ice is\"},\"finish_reason\":\"length\"}]}", "its JSON is cut off or invalid")]
    [InlineData("{\"choices\":[{\"message\":{\"content\":\"<think>Ice is\"},\"finish_reason\":\"length\"}]}", "its block <think> does not end")]
    [InlineData("{\"choices\":[{\"message\":{\"content\":\"<thinking>Ice</thinking> \"}}]}", "it has nothing but a block <thinking>")]
    [InlineData("{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"I will not.\"}}]}", "the model refused: \"I will not.\"")]
    public async Task An_answer_that_cannot_be_used_is_named_and_not_asked_for_again(string body, string reason)
    {
        await using var model = await HostileModel.StartAsync();
        model.Answers(HttpReply.Text(body));
        var failure = await Assert.ThrowsAsync<ModelException>(() => RunAsync(model));
        Assert.StartsWith(
            $"The answer of the model's endpoint in the Yield phase cannot be used: {reason}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, model.Requests);
    }

    [Theory]
    [InlineData("{\"choices\":[{\"message\":{\"content\":CONTENT},\"finish_reason\":null}]}")]
    [InlineData("{\"choices\":[{\"message\":{\"role\":\"oracle\",\"content\":CONTENT},\"finish_reason\":\"eos\"}]}")]
    [InlineData("{\"id\":7,\"created\":1.7e12,\"model\":null,\"choices\":[{\"index\":\"0\",\"message\":{\"content\":CONTENT}}],\"usage\":{\"prompt_tokens\":null,\"total_tokens\":1e99}}")]
    [InlineData("{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":CONTENT}]}}],\"error\":null}")]
    [InlineData("{\"choices\":[{\"text\":CONTENT}]}")]
    [InlineData("\uFEFF{\"choices\":[{\"message\":{\"content\":CONTENT,\"reasoning\":\"\\ud800\"}}]}\n\n")]
    public async Task An_incomplete_answer_with_text_is_used(string body)
    {
        await using var model = await HostileModel.StartAsync();
        model.Answers(HttpReply.Text(body.Replace("CONTENT", System.Text.Json.JsonSerializer.Serialize(Good), StringComparison.Ordinal)));
        Assert.Equal("Ice is cold.", (await RunAsync(model)).Output);
    }

    [Theory]
    [InlineData("{\"output\":\"a\\u0000b\"}", "a\u2400b")]
    [InlineData("{\"output\":\"a\0b\"}", "a\u2400b")]
    [InlineData("{\"output\":\"a\\ud800b\\udc00\"}", "a\uFFFDb\uFFFD")]
    [InlineData("{\"output\":\"\\ud83d\\ude00 \\\\u0000\"}", "😀 \\u0000")]
    [InlineData("No JSON, a\0b.", "No JSON, a\u2400b.")]
    [InlineData("{\"output\":\"a\",\"operations\":\"none\",\"again\":\"yes\"}", "a")]
    [InlineData("{\n\"output\":\"a\n\tb\"}", "a\n\tb")]
    [InlineData("```json\n{\"output\":\"a\"}\n```", "a")]
    [InlineData("{\"output\":\"a\",\"operations\":[{\"operation\":\"ad", "a")]
    [InlineData("<think>\nIt asks {\"output\":\"b\"}.\n</think>\n\n```json\n{\"output\":\"a\"}\n```", "a")]
    [InlineData("<thinking>b</thinking><think></think>{\"output\":\"a\"}", "a")]
    [InlineData("\n<THINK>b</THINK>\nIce is cold.", "Ice is cold.")]
    [InlineData("It asks for ice.\n</think>\n{\"output\":\"a\"}", "a")]
    [InlineData("The tag </think> ends it.", "The tag </think> ends it.")]
    [InlineData("<think>a<think>b</think>c</think>{\"output\":\"a\"}", "a")]
    [InlineData("<think>a<think>b</think>c<THINK>d</THINK></think>Ice is cold.", "Ice is cold.")]
    [InlineData("<think>The tag <think> begins it.</think>Ice is cold.", "Ice is cold.")]
    [InlineData("{\"output\":\"<think>a</think>\"}", "<think>a</think>")]
    public async Task Text_that_cannot_be_stored_is_cleaned(string content, string output)
    {
        await using var model = await HostileModel.StartAsync();
        model.Answers(HostileModel.Says(content));
        Assert.Equal(output, (await RunAsync(model)).Output);
    }

    [Fact]
    public async Task Invalid_UTF8_is_replaced()
    {
        await using var model = await HostileModel.StartAsync();
        byte[] body = [.. "{\"choices\":[{\"message\":{\"content\":\"Ice "u8, 0xC3, 0x28, .. " cold.\"}}]}"u8];
        model.Answers(new HttpReply(200, body));
        Assert.Equal("Ice \uFFFD( cold.", (await RunAsync(model)).Output);
    }

    [Fact]
    public async Task One_bad_operation_does_not_cost_the_others()
    {
        await using var model = await HostileModel.StartAsync();
        model.Answers(HostileModel.Says(
            """
            {"output":"Done.","operations":[
              null, 7, {"operation":"destroy","target":"input/1"}, {"operation":"add"}, {"operation":"add","target":null,"data":"x"},
              {"operation":"add","target":"input/1","data":"Ice is cold.","metadata":{"kind":"statement","weight":1e400,"tags":[1e999],"deep":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}},
              {"operation":"add","target":"input/2","data":"Is it?"}]}
            """));
        var result = await RunAsync(model, new PhaseTask(Phase.Action, 0, "Ice is cold.", []));
        Assert.Equal(["input/1", "input/2"], result.Operations!.Select(operation => operation.Target));
        Assert.Equal(["kind"], result.Operations![0].Metadata!.Keys);
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(17, false)]
    [InlineData(60, false)]
    [InlineData(61, false)]
    [InlineData(64, false)]
    [InlineData(65, false)]
    [InlineData(1_500, false)]
    public async Task A_value_that_is_nested_too_deeply_costs_nothing_but_itself(int levels, bool isKept)
    {
        var result = await RunAsync("[", "]", levels);
        Assert.Equal("Done.", result.Output);
        Assert.Equal(isKept ? ["deep", "kind"] : ["kind"], Assert.Single(result.Operations!).Metadata!.Keys.Order());
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("[{\"text\":", "}]")]
    public async Task An_answer_of_any_depth_that_fits_into_its_limit_is_read(string opens, string closes)
    {
        const int Levels = 100_000;
        var result = await RunAsync(opens, closes, Levels);
        Assert.Equal("Done.", result.Output);
        Assert.Equal(["kind"], Assert.Single(result.Operations!).Metadata!.Keys);

        await using var model = await HostileModel.StartAsync();
        var deep = Nested(opens, closes, Levels);
        model.Answers(HttpReply.Text("""{"extra":DEEP,"choices":[{"message":{"content":"Ice is cold."}}]}""".Replace("DEEP", deep, StringComparison.Ordinal)));
        Assert.Equal("Ice is cold.", (await RunAsync(model)).Output);
        model.Answers(HttpReply.Text("""{"choices":[{"message":{"content":DEEP,"note":"]}\"[{"}}]}""".Replace("DEEP", deep, StringComparison.Ordinal)));
        var failure = await Assert.ThrowsAsync<ModelException>(() => RunAsync(model));
        Assert.EndsWith("cannot be used: it has no text.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_output_behind_deep_operations_is_used_where_the_rest_is_cut_off()
    {
        await using var model = await HostileModel.StartAsync();
        var deep = Nested("[", "]", 70);
        model.Answers(HostileModel.Says("""{"operations":[{"metadata":{"deep":DEEP}}],"output":"Done.","again":""".Replace("DEEP", deep, StringComparison.Ordinal)));
        Assert.Equal("Done.", (await RunAsync(model)).Output);
    }

    [Fact]
    public async Task A_model_cannot_change_where_a_source_comes_from()
    {
        await using var model = await HostileModel.StartAsync();
        model.Answers(HostileModel.Says(
            """
            {"output":"Done.","operations":[
              {"operation":"tag","target":"source/1","metadata":{"tags":["ice"],"threadId":null,"cycleId":7,"rank":"high","kind":"frame"}}]}
            """));
        var source = new ContextPiece("source/1", "Ice is cold.", ContextOperations.NoMetadata);
        var result = await RunAsync(model, new PhaseTask(Phase.Observation, 0, "Ice?", [source]));
        Assert.Equal(["tags"], Assert.Single(result.Operations!).Metadata!.Keys);
    }

    private static string Nested(string opens, string closes, int levels) =>
        string.Concat(Enumerable.Repeat(opens, levels)) + "1" + string.Concat(Enumerable.Repeat(closes, levels));

    private static async Task<PhaseResult> RunAsync(string opens, string closes, int levels)
    {
        await using var model = await HostileModel.StartAsync();
        var deep = Nested(opens, closes, levels);
        model.Answers(HostileModel.Says(
            """
            {"operations":[{"operation":"add","target":"input/1","data":"Ice.","metadata":{"kind":"statement","deep":DEEP}}],
             "output":"Done."}
            """.Replace("DEEP", deep, StringComparison.Ordinal)));
        return await RunAsync(model, new PhaseTask(Phase.Action, 0, "Ice is cold.", []));
    }
}
