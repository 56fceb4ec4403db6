using Choir.Observatory;
using Choir.Observatory.SignIn;
using Microsoft.Extensions.Time.Testing;

namespace Choir.Tests.Unit.Observatory;

public sealed class SignInLinksTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_token_can_be_used_once()
    {
        var links = new SignInLinks(null, _time);
        var token = links.Create(ObservatoryRole.Reader);
        Assert.Equal(ObservatoryRole.Reader, links.Use(token));
        Assert.Null(links.Use(token));
    }

    [Fact]
    public void A_token_expires_after_ten_minutes_but_the_first_one_does_not()
    {
        var links = new SignInLinks("first", _time);
        var token = links.Create(ObservatoryRole.Operator);
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.Null(links.Use(token));
        Assert.Equal(ObservatoryRole.Operator, links.Use("first"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wrong")]
    public void A_wrong_token_gives_nothing(string? token) => Assert.Null(new SignInLinks("right", _time).Use(token));

    [Fact]
    public void The_number_of_unused_tokens_is_bounded()
    {
        var links = new SignInLinks("first", _time);
        var tokens = Enumerable.Range(0, 150).Select(_ => links.Create(ObservatoryRole.Reader)).ToArray();
        Assert.Null(links.Use(tokens[0]));
        Assert.NotNull(links.Use(tokens[^1]));
    }
}
