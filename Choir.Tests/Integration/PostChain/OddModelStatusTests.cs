using System.ComponentModel.DataAnnotations;
using Choir.ActorHost.PostChain.Model;
using Choir.Tests.Support.Hostile;

namespace Choir.Tests.Integration.PostChain;

/// <summary>An endpoint that answers with an error: what is retried, when, and what the phase's failure says of it.</summary>
public sealed class OddModelStatusTests : OddModelTestBase
{
    [Theory]
    [InlineData("12.5")]
    [InlineData("10")]
    [InlineData("3600")]
    [InlineData("99999999999999999999")]
    [InlineData("-1")]
    [InlineData("0.75")]
    [InlineData("5s")]
    [InlineData("")]
    [InlineData("Wed, 02 Dec 2099 10:00:00 GMT")]
    [InlineData("2099-12-02T10:00:00Z")]
    public async Task A_retry_after_that_is_longer_than_the_time_of_the_phase_allows_or_no_whole_seconds_is_not_waited_for(string after)
    {
        await using var model = await HostileModel.StartAsync();
        model.Answers(HttpReply.Text("{}", 429) with { Header = ("Retry-After", after) });
        var failure = await Assert.ThrowsAsync<ModelException>(() => RunAsync(model, settings: [("Retries", "2"), ("Timeout", "00:00:15")]));
        Assert.Equal("The model's endpoint answered 429 in the Yield phase: it accepts no more requests for now.", failure.Message);
        Assert.Equal(3, model.Requests);
    }

    [Fact]
    public async Task A_retry_after_within_the_time_of_the_phase_is_waited_for()
    {
        await using var model = await HostileModel.StartAsync();
        model.Answers(HttpReply.Text("{}", 429) with { Header = ("Retry-After", "2") }, HostileModel.Says(Good));
        var started = TimeProvider.System.GetTimestamp();
        Assert.Equal("Ice is cold.", (await RunAsync(model, settings: [("Retries", "2"), ("Timeout", "00:00:55")])).Output);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 1.9, 55);
        Assert.Equal(2, model.Requests);
    }

    [Fact]
    public async Task A_retry_for_which_the_phase_has_no_time_is_left_out_and_the_failure_names_the_status()
    {
        await using var model = await HostileModel.StartAsync();
        model.Answers(HttpReply.Text("{}", 429));
        var failure = await Assert.ThrowsAsync<ModelException>(() => RunAsync(model, settings: [("Retries", "5"), ("Timeout", "00:00:02")]));
        Assert.Equal("The model's endpoint answered 429 in the Yield phase: it accepts no more requests for now.", failure.Message);
        Assert.InRange(model.Requests, 2, 5);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(501)]
    [InlineData(503)]
    [InlineData(520)]
    [InlineData(524)]
    [InlineData(529)]
    [InlineData(599)]
    public async Task Every_5xx_and_408_is_retried(int status)
    {
        await using var model = await HostileModel.StartAsync();
        model.Answers(HttpReply.Text("{}", status), HostileModel.Says(Good));
        Assert.Equal("Ice is cold.", (await RunAsync(model, settings: [("Retries", "1")])).Output);

        model.Answers(HttpReply.Text("{}", status));
        var failure = await Assert.ThrowsAsync<ModelException>(() => RunAsync(model, settings: [("Retries", "1")]));
        Assert.Equal(
            $"The model's endpoint answered {status} in the Yield phase: {(status == 529 ? "it accepts no more requests for now" : "see its own log")}.",
            failure.Message);
        Assert.Equal(4, model.Requests);
    }

    [Theory]
    [InlineData(
        "{\"error\":{\"message\":\"Unsupported value: 'temperature' does not support 0 with this model.\",\"param\":\"temperature\"}}",
        "\"Unsupported value: 'temperature' does not support 0 with this model.\"")]
    [InlineData("{\"error\":\"model is\\nloading\"}", "\"model is\\nloading\"")]
    [InlineData("{\"object\":\"error\",\"message\":\"The prompt is too long.\"}", "\"The prompt is too long.\"")]
    [InlineData("{\"detail\":\"Not supported.\"}", "\"Not supported.\"")]
    [InlineData("{\"error\":{\"message\":\"Refused for my-private-\\u006dodel-key-7 at a-secret-path\"}}", "\"Refused for [redacted] at [redacted]\"")]
    [InlineData("{\"error\":null}", "see its own log")]
    [InlineData("<html>Bad request</html>", "see its own log")]
    [InlineData("", "see its own log")]
    public async Task What_the_endpoint_says_of_an_error_is_told_without_secrets(string body, string told)
    {
        await using var model = await HostileModel.StartAsync();
        model.Answers(HttpReply.Text(body, 400));
        var failure = await Assert.ThrowsAsync<ModelException>(() => RunAsync(
            model, settings: [("Key", "my-private-model-key-7"), ("Endpoint", $"{model.Endpoint}/a-secret-path")]));
        Assert.Equal($"The model's endpoint answered 400 in the Yield phase: {told}.", failure.Message);
        Assert.Equal(1, model.Requests);
    }

    [Fact]
    public async Task A_long_error_of_the_endpoint_is_cut()
    {
        await using var model = await HostileModel.StartAsync();
        model.Answers(HttpReply.Text($"{{\"error\":{{\"message\":\"{new string('x', 100_000)}\"}}}}", 400));
        Assert.InRange((await Assert.ThrowsAsync<ModelException>(() => RunAsync(model))).Message.Length, 200, 300);
    }

    [Theory]
    [InlineData(null, "\"temperature\":0")]
    [InlineData("0.5", "\"temperature\":0.5")]
    [InlineData("default", null)]
    [InlineData("", null)]
    public async Task The_temperature_is_a_setting_and_is_not_sent_if_it_is_the_models_own(string? setting, string? sent)
    {
        await using var model = await HostileModel.StartAsync();
        model.Answers(HostileModel.Says(Good));
        await RunAsync(model, settings: setting is null ? [] : [("Temperature", setting)]);
        if (sent is null)
        {
            Assert.DoesNotContain("temperature", model.LastRequest, StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains(sent, model.LastRequest, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("2", true)]
    [InlineData(" Default ", true)]
    [InlineData("", true)]
    [InlineData("2.1", false)]
    [InlineData("-1", false)]
    [InlineData("NaN", false)]
    [InlineData("1,5", false)]
    [InlineData("warm", false)]
    public void A_temperature_is_0_to_2_or_default(string temperature, bool isValid)
    {
        var options = new ModelOptions { Temperature = temperature };
        var results = options.Validate(new ValidationContext(options)).Select(result => result.ErrorMessage);
        Assert.Equal(
            isValid ? [] : [$"Model:Temperature is \"{temperature}\"; it must be 0 to 2, or \"default\" to send none."], results);
    }
}
