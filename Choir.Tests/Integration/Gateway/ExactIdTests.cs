namespace Choir.Tests.Integration.Gateway;

/// <summary>An id in a path is percent-decoded exactly once.</summary>
public sealed class ExactIdTests : IAsyncLifetime
{
    private const string Ping = """{"type":"PING"}""";

    private GatewayUnderTest _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayUnderTest.BorrowAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("a%2fb", "a/b")]
    [InlineData("a%252Fb", "a%2Fb")]
    [InlineData("a%25252Fb", "a%252Fb")]
    [InlineData("%2E%2E", "..")]
    [InlineData("%2e", ".")]
    [InlineData("..%2F..", "../..")]
    [InlineData("100%25", "100%")]
    [InlineData("%C3%A4%F0%9F%91%8B", "ä👋")]
    [InlineData("a+b%20c", "a+b c")]
    [InlineData("%3Fwait=1%23", "?wait=1#")]
    [InlineData("messages", "messages")]
    [InlineData("b/../a%2Fb", "a/b")]
    public async Task The_actor_is_the_one_that_the_caller_wrote(string written, string id)
    {
        var answer = await _gateway.RawAsync("POST", $"/actors/test_actor/{written}/messages", Ping);
        Assert.True(answer.Status == 200, answer.Body);
        Assert.Equal(("test_actor", id), (_gateway.Actors.Asked[^1].Target.Type, _gateway.Actors.Asked[^1].Target.Id));
    }

    [Fact]
    public async Task A_slash_in_the_query_is_no_part_of_the_path() =>
        (await _gateway.RawAsync("GET", "/threads/%6Eothing?x=%2F")).AssertProblem(400, "invalid_request", "no query parameter \"x\"");

    [Fact]
    public async Task A_complete_URL_as_the_target_and_escaped_letters_of_a_route_are_understood()
    {
        var answer = await _gateway.RawAsync("POST", $"{_gateway.Address}%61ctors/test%5Factor/a%252Fb/messages", Ping);
        Assert.True(answer.Status == 200, answer.Body);
        Assert.Equal("test_actor/a%2Fb", _gateway.Actors.Asked[^1].Target.ToString());
    }

    [Theory]
    [InlineData("a%zz", "%25")]
    [InlineData("a%", "%25")]
    [InlineData("a%2", "%25")]
    [InlineData("%FF", "UTF-8")]
    [InlineData("%C3%28", "UTF-8")]
    [InlineData("%ED%A0%80", "UTF-8")]
    [InlineData("%C0%AF", "UTF-8")]
    [InlineData("quarantine", "reserved for routes")]
    [InlineData("%44iagnostics", "reserved for routes")]
    public async Task A_malformed_escape_or_a_reserved_id_is_answered_with_400(string written, string detail)
    {
        (await _gateway.RawAsync("POST", $"/actors/test_actor/{written}/messages", Ping)).AssertProblem(400, "invalid_request", detail);
        Assert.Empty(_gateway.Actors.Asked);
    }

    [Fact]
    public async Task An_unknown_route_is_named_as_it_was_written() =>
        (await _gateway.RawAsync("GET", "/no%252Fsuch%2Froute")).AssertProblem(404, "not_found", "There is no route /no%252Fsuch%2Froute.");
}
