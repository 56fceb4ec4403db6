using System.IO.Compression;
using Choir.ActorHost.PostChain.Context;
using Choir.ActorHost.PostChain.Model;
using Choir.Contracts.Threads;
using Choir.Tests.Support.Hostile;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Choir.Tests.Integration.PostChain;

/// <summary>The real client of an endpoint that answers oddly: what can be used is used, and the rest is named.</summary>
public sealed class OddModelTests
{
    private const string Good = """{"output":"Ice is cold.","operations":[]}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

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

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task A_compressed_answer_is_used(string encoding)
    {
        await using var model = await HostileModel.StartAsync();
        var plain = HostileModel.Says(Good);
        model.Answers(plain with { Body = Compressed(plain.Body.ToArray(), encoding), Header = ("Content-Encoding", encoding) });
        Assert.Equal("Ice is cold.", (await RunAsync(model)).Output);
    }

    [Fact]
    public async Task A_compressed_answer_is_bounded_and_an_unknown_or_broken_compression_is_named()
    {
        await using var model = await HostileModel.StartAsync();
        var plain = HostileModel.Says(Good);
        foreach (var (body, encoding, reason) in new[]
        {
            (Compressed(new byte[16 * 1024 * 1024], "gzip"), "gzip", "it is larger than 4 MiB"),
            (plain.Body.ToArray(), "zstd", "it is compressed (zstd)"),
            (plain.Body.ToArray(), "gzip", "its compression is broken"),
            (Compressed(plain.Body.ToArray(), "gzip")[..^10], "gzip", "its compression is broken"),
            (Compressed(plain.Body.ToArray(), "deflate")[..^10], "deflate", "its compression is broken"),
            (Compressed(plain.Body.ToArray(), "br")[..^10], "br", "its compression is broken"),
        })
        {
            model.Answers(plain with { Body = body, Header = ("Content-Encoding", encoding) });
            var failure = await Assert.ThrowsAsync<ModelException>(() => RunAsync(model));
            Assert.Equal($"The answer of the model's endpoint in the Yield phase cannot be used: {reason}.", failure.Message);
        }
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_not_followed_and_the_failure_names_its_host_only(int status)
    {
        await using var model = await HostileModel.StartAsync();
        await using var other = await HostileModel.StartAsync();
        other.Answers(HostileModel.Says(Good));
        model.Answers(HttpReply.Text("", status) with { Header = ("Location", $"http://user:a-password@127.0.0.1:{other.Url.Port}/a-secret-path?key=1") });
        var failure = await Assert.ThrowsAsync<ModelException>(() => RunAsync(model));
        Assert.Equal(
            $"The answer of the model's endpoint in the Yield phase cannot be used: it redirects to http://127.0.0.1:{other.Url.Port}, "
            + "which is not followed; set Model:Endpoint to the right address.",
            failure.Message);
        Assert.Equal((1, 0), (model.Requests, other.Requests));
        Assert.DoesNotMatch("a-password|a-secret-path", failure.ToString());
    }

    [Theory]
    [InlineData("http://[redirect", "an address that is not valid")]
    [InlineData("//[redirect", "an address that is not valid")]
    [InlineData("http://a.example:99999/", "an address that is not valid")]
    [InlineData("//a.example/secret", "http://a.example,")]
    [InlineData("other", "http://127.0.0.1:")]
    [InlineData("", "an address that it does not name")]
    public async Task A_redirect_that_does_not_name_a_valid_address_is_told_from_one_that_names_none(string location, string where)
    {
        await using var model = await HostileModel.StartAsync();
        model.Answers(HttpReply.Text("", 302) with { Header = ("Location", location) });
        var failure = await Assert.ThrowsAsync<ModelException>(() => RunAsync(model));
        Assert.StartsWith($"The answer of the model's endpoint in the Yield phase cannot be used: it redirects to {where}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_status_of_a_failure_is_told_also_if_its_compression_is_broken()
    {
        await using var model = await HostileModel.StartAsync();
        model.Answers(HttpReply.Text("{}", 401) with { Header = ("Content-Encoding", "gzip") });
        var failure = await Assert.ThrowsAsync<ModelException>(() => RunAsync(model));
        Assert.StartsWith("The model's endpoint answered 401 in the Yield phase", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_reason_of_a_certificate_that_is_not_trusted_is_told()
    {
        await using var untrusted = UntrustedServer.Start();
        await using var model = await HostileModel.StartAsync();
        var failure = await Assert.ThrowsAsync<ModelException>(
            () => RunAsync(model, settings: [("Endpoint", $"{untrusted.Url}v1"), ("Retries", "0")]));
        Assert.StartsWith(
            "The model's endpoint could not be reached in the Yield phase: The SSL connection could not be established: The remote certificate is invalid",
            failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("UntrustedRoot. Check Model:Endpoint.", failure.Message, StringComparison.Ordinal);
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

    [Fact]
    public async Task A_huge_answer_is_refused_after_its_limit()
    {
        await using var model = await HostileModel.StartAsync();
        model.Answers(new HttpReply(200, new byte[64 * 1024], Repeat: 100_000));
        var failure = await Assert.ThrowsAsync<ModelException>(() => RunAsync(model));
        Assert.EndsWith("cannot be used: it is larger than 4 MiB.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, model.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_endpoint_that_stays_silent_or_never_ends_its_answer_ends_the_phase_after_its_timeout(bool answers)
    {
        await using var model = await HostileModel.StartAsync();
        model.Answers(answers ? new HttpReply(200, "{\"choices\":["u8.ToArray(), Stalls: true) : HttpReply.Silence);
        var failure = await Assert.ThrowsAsync<ModelException>(() => RunAsync(model, settings: [("Timeout", "00:00:01")]));
        Assert.Equal("The model did not answer the Yield phase within 1 s (Model:Timeout).", failure.Message);
    }

    [Fact]
    public async Task Retries_are_bounded_and_the_last_failure_is_told()
    {
        await using var model = await HostileModel.StartAsync();
        model.Answers(HttpReply.Cut, HttpReply.Text("{}", 429));
        var failure = await Assert.ThrowsAsync<ModelException>(() => RunAsync(model, settings: [("Retries", "1")]));
        Assert.Equal("The model's endpoint answered 429 in the Yield phase: it accepts no more requests for now.", failure.Message);
        Assert.Equal(2, model.Requests);

        model.Answers(HttpReply.Cut);
        failure = await Assert.ThrowsAsync<ModelException>(() => RunAsync(model, settings: [("Retries", "0")]));
        Assert.Matches("^The model's endpoint could not be reached in the Yield phase: .* Check Model:Endpoint.$", failure.Message);

        model.Answers(HttpReply.Text("busy", 503), HostileModel.Says(Good));
        Assert.Equal("Ice is cold.", (await RunAsync(model, settings: [("Retries", "1")])).Output);
    }

    [Theory]
    [InlineData("{\"error\":{\"message\":\"Incorrect API key provided: my-private-model-key-7\"}}", "it is an error: \"Incorrect API key provided: [redacted]\"")]
    [InlineData("{\"error\":{\"key\":\"my-private\\u002Dmodel-key-7\"}}", "it is an error: \"{\"key\":\"[redacted]\"}\"")]
    [InlineData("{\"path\":\"/v1/a-secret-path/chat\"}", "it has no choices: \"{\"path\":\"/v1/[redacted]/chat\"}\"")]
    [InlineData("<p>/v1/a-secret-path/chat</p>", "it is HTML or XML, not JSON: \"<p>/v1/[redacted]/chat</p>\"")]
    public async Task The_endpoints_key_and_path_are_not_in_a_failure(string body, string reason)
    {
        await using var model = await HostileModel.StartAsync();
        (string, string)[] settings = [("Key", "my-private-model-key-7"), ("Endpoint", $"{model.Endpoint}/a-secret-path")];
        model.Answers(HttpReply.Text(body));
        var failure = await Assert.ThrowsAsync<ModelException>(() => RunAsync(model, settings: settings));
        Assert.Equal($"The answer of the model's endpoint in the Yield phase cannot be used: {reason}.", failure.Message);

        model.Answers(HttpReply.Text(body, 401));
        failure = await Assert.ThrowsAsync<ModelException>(() => RunAsync(model, settings: settings));
        Assert.DoesNotMatch("my-private|a-secret-path", failure.ToString());
    }

    [Fact]
    public async Task A_model_that_says_the_key_does_not_show_it_but_may_use_words_of_its_address()
    {
        await using var model = await HostileModel.StartAsync();
        model.Answers(HostileModel.Says("The key my-private-model-key-7 is wrong for completions."));
        var result = await RunAsync(model, settings: [("Key", "my-private-model-key-7"), ("Endpoint", $"{model.Endpoint}/completions")]);
        Assert.Equal("The key [redacted] is wrong for completions.", result.Output);
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

    private static byte[] Compressed(byte[] plain, string encoding)
    {
        using var result = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "gzip" => new GZipStream(result, CompressionLevel.Fastest),
            "br" => new BrotliStream(result, CompressionLevel.Fastest),
            _ => new ZLibStream(result, CompressionLevel.Fastest),
        })
        {
            stream.Write(plain);
        }

        return result.ToArray();
    }

    private static async Task<PhaseResult> RunAsync(
        HostileModel model, PhaseTask? task = null, params (string Name, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>
        {
            ["Model:Endpoint"] = model.Endpoint.ToString(), ["Model:Name"] = "test", ["Model:Retries"] = "2",
        };
        foreach (var (name, value) in settings)
        {
            values["Model:" + name] = value;
        }

        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        services.AddLogging();
        services.AddModel();
        await using var provider = services.BuildServiceProvider();
        return await provider.GetRequiredService<PhaseModel>().RunModelAsync(
            task ?? new PhaseTask(Phase.Yield, 0, "Ice is cold.", []), Token);
    }
}
