using System.Net;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Scenarios;

namespace Choir.Tests.Unit.LoadTest.Scenarios;

public class ScenarioPartsTests
{
    [Fact]
    public void Random_values_of_an_operation_are_repeated_by_the_seed()
    {
        Assert.Equal(Values(1, 5), Values(1, 5));
        Assert.NotEqual(Values(1, 5), Values(2, 5));
        Assert.NotEqual(Values(1, 5), Values(1, 6));

        static (int, double, Guid) Values(int seed, long number)
        {
            var operation = new Operation(0, number, seed);
            return (operation.Next(1_000_000), operation.NextDouble(), operation.NextGuid());
        }
    }

    [Fact]
    public void The_frequency_of_hot_keys_falls_with_their_rank()
    {
        var ids = new ZipfIds(1_000, exponent: 1);
        var counts = new int[1_000];
        for (var number = 0; number < 100_000; number++)
        {
            counts[ids.At(new Operation(0, number, 1).NextDouble())]++;
        }

        Assert.Equal(100_000 / 7.485, counts[0], 800.0);
        Assert.Equal(counts[0] / 2.0, counts[1], 600.0);
        Assert.True(counts.Skip(500).Sum() > 5_000);
        Assert.Equal((0, 999), (ids.At(0), ids.At(0.9999999999)));
    }

    [Fact]
    public void With_the_exponent_zero_all_keys_are_equally_frequent()
    {
        var ids = new ZipfIds(4, exponent: 0);
        Assert.Equal([0, 1, 2, 3], new[] { 0.1, 0.3, 0.6, 0.9 }.Select(ids.At));
    }

    [Fact]
    public void Placeholders_are_filled_and_other_braces_are_kept()
    {
        var text = new TextTemplate("{\"user\": {user}, \"n\": {n}, \"x\": {}, \"id\": \"{uuid}\", \"r\": {random}}").Fill(new Operation(3, 42, 1));
        Assert.StartsWith("{\"user\": 3, \"n\": 42, \"x\": {}, \"id\": \"", text, StringComparison.Ordinal);
        Assert.Matches("[0-9a-f]{8}-[0-9a-f-]{27}\", \"r\": [0-9]+}$", text);
    }

    [Theory]
    [InlineData("{usr} {user}", "usr")]
    [InlineData("/x/{User}/{UUID}", "User,UUID")]
    [InlineData("{\"a\": {\"b\": {n}}, \"c\": {}}", "")]
    [InlineData("query { me { name } }", "")]
    public void A_single_word_in_braces_that_is_no_placeholder_is_unknown(string text, string unknown) =>
        Assert.Equal(unknown, string.Join(',', TextTemplate.Unknown(text)));

    [Theory]
    [InlineData(80)]
    [InlineData(2_000)]
    public void A_sample_text_has_about_the_size(int bytes) =>
        Assert.InRange(SampleTexts.Make(new Operation(0, 1, 1), bytes).Length, bytes, bytes + 20);

    [Theory]
    [InlineData("{\"status\": \"completed\", \"x\": 1}", "completed")]
    [InlineData("{\"x\": {\"status\": \"inner\"}, \"status\": \"outer\"}", "outer")]
    [InlineData("{\"status\": 7}", null)]
    [InlineData("{\"x\": [1, 2", null)]
    [InlineData("{\"status\": \"cut", null)]
    [InlineData("[\"status\"]", null)]
    [InlineData("<html>", null)]
    [InlineData("", null)]
    public void A_text_is_found_in_an_answer(string json, string? expected) =>
        Assert.Equal(expected, JsonText.Find(GatewayClient.Utf8(json), "status"));

    [Theory]
    [InlineData("{\"code\": \"overloaded\", \"detail\": \"Later.\"}", "503 overloaded", "Later.")]
    [InlineData("{\"title\": \"No.\"}", "503", "No.")]
    [InlineData("{\"code\": \"a\\nb\"}", "503", "The answer was 503 ServiceUnavailable.")]
    [InlineData("<html>", "503", "The answer was 503 ServiceUnavailable.")]
    public void A_failure_is_counted_by_status_and_code(string body, string kind, string message)
    {
        var failure = Failures.Of(new Answer(HttpStatusCode.ServiceUnavailable, GatewayClient.Utf8(body)));
        Assert.Equal((kind, message), (failure.Kind, failure.Message));
    }

    [Fact]
    public void Each_scenario_refuses_what_it_does_not_know_all_at_once()
    {
        var profile = BuiltInProfiles.Of(ProfileKind.Load) with
        {
            Scenarios =
            [
                Share("conversation", ("sizes", "80,x"), ("colour", "blue")),
                Share("message", ("ids", "0"), ("data", "{")),
                Share("http", ("method", "G T"), ("body", "{\"id\": {guid}}"), ("headers.X-User", "{usr}")),
                Share("http", ("url", "ftp://x")),
                Share("dance"),
            ],
        };
        using var gateway = new GatewayClient(new Uri("http://localhost:1"), null, 1);
        var errors = Assert.Throws<ProfileException>(() => ScenarioCatalog.Create(profile, gateway, new Dictionary<string, IScenario>())).Errors;
        Assert.Equal(
            [
                "Scenario \"conversation\" (conversation) has \"x\" in \"sizes\"; each must be a whole number from 20 to 1,000,000.",
                "Scenario \"conversation\" (conversation) has no setting \"colour\"; it has inputs, sizes, wait.",
                "Scenario \"message\" (message) has \"ids\" \"0\"; it must be a whole number from 1 to 1,000,000.",
                "Scenario \"message\" (message) has \"data\" that is not JSON.",
                "Scenario \"http\" (http) has \"method\" \"G T\"; it must be a method such as GET or POST.",
                "Scenario \"http\" (http) needs the setting \"url\".",
                "Scenario \"http\" (http) has {usr} in \"headers.X-User\", which is no placeholder: there are {user}, {n}, {random} and {uuid}. To send it as text, write a space after the brace.",
                "Scenario \"http\" (http) has {guid} in \"body\", which is no placeholder: there are {user}, {n}, {random} and {uuid}. To send it as text, write a space after the brace.",
                "Scenario \"http\" (http) has \"url\" \"ftp://x\"; it must begin with / (a path on the gateway), http:// or https://.",
                "There is no scenario \"dance\". There are conversation, events, hot-key, http, message, read.",
            ],
            errors);
    }

    [Fact]
    public void The_key_is_sent_to_the_gateway_only()
    {
        using var gateway = new GatewayClient(new Uri("http://localhost:5080"), "secret", 1);
        using var own = gateway.Request(HttpMethod.Get, new Uri("http://localhost:5080/x"));
        using var other = gateway.Request(HttpMethod.Get, new Uri("http://localhost:5081/x"));
        Assert.Equal("Bearer secret", own.Headers.Authorization?.ToString());
        Assert.Null(other.Headers.Authorization);
    }

    private static ScenarioShare Share(string scenario, params (string Name, string Value)[] settings) =>
        new(scenario, scenario, 1, settings.ToDictionary(setting => setting.Name, setting => setting.Value));
}
