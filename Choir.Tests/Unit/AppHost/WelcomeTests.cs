using Choir.AppHost;

namespace Choir.Tests.Unit.AppHost;

public class WelcomeTests
{
    [Fact]
    public void It_says_where_to_go_with_which_key_and_what_to_try()
    {
        var text = Welcome.Text("http://localhost:15080/login?t=abc", "http://localhost:5080", "made-up", [("Prometheus", "http://localhost:9090")]);
        Assert.Contains("http://localhost:15080/login?t=abc", text, StringComparison.Ordinal);
        Assert.Contains("http://localhost:5080", text, StringComparison.Ordinal);
        Assert.Contains("made-up", text, StringComparison.Ordinal);
        Assert.Contains("Prometheus:", text, StringComparison.Ordinal);
        Assert.Contains("dotnet aspire resource gateway ask", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_was_given_is_not_shown() =>
        Assert.Contains("as given in CHOIR_API_KEY", Welcome.Text(null, "http://localhost:5080", null, []), StringComparison.Ordinal);

    [Theory]
    [InlineData("http://localhost:15080", "abc", "http://localhost:15080/login?t=abc")]
    [InlineData("http://localhost:15080", null, "http://localhost:15080/")]
    [InlineData(null, "abc", null)]
    public void The_dashboards_link_signs_in_where_a_token_is_asked_for(string? dashboard, string? token, string? link) =>
        Assert.Equal(link, Welcome.SignInLink(dashboard is null ? null : new Uri(dashboard), token));
}
