using System.IO.Compression;
using Choir.ActorHost.PostChain.Model;
using Choir.Tests.Support.Hostile;

namespace Choir.Tests.Integration.PostChain;

/// <summary>An endpoint whose answers are compressed, redirected, refused, huge or late: each is used or named.</summary>
public sealed class OddModelTransportTests : OddModelTestBase
{
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
}
