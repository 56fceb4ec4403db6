using Choir.AppHost;

namespace Choir.Tests.Unit.AppHost;

public class WelcomeTests
{
    [Fact]
    public void The_text_has_addresses_key_and_a_first_command()
    {
        var text = Welcome.Text("http://localhost:15080/login?t=abc", "http://localhost:5080", "/observatory/sign-in?token=once", "made-up", [("Prometheus", "http://localhost:9090")]);
        Assert.Contains("http://localhost:15080/login?t=abc", text, StringComparison.Ordinal);
        Assert.Contains("http://localhost:5080", text, StringComparison.Ordinal);
        Assert.Contains("http://localhost:5080/observatory/sign-in?token=once", text, StringComparison.Ordinal);
        Assert.Contains("made-up", text, StringComparison.Ordinal);
        Assert.Contains("Prometheus:", text, StringComparison.Ordinal);
        Assert.Contains("dotnet aspire resource gateway ask", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_given_key_is_not_printed() =>
        Assert.Contains("as set by CHOIR_API_KEY", Welcome.Text(null, "http://localhost:5080", "/observatory", null, []), StringComparison.Ordinal);

    [Theory]
    [InlineData("http://localhost:5080", " -- load   (needs the key in CHOIR_API_KEY)\n")]
    [InlineData("http://localhost:40123", " -- load --gateway http://localhost:40123   (needs the key in CHOIR_API_KEY)\n")]
    public void A_load_test_gets_the_address_unless_it_is_the_default_one(string gateway, string command) =>
        Assert.EndsWith(command, Welcome.Text(null, gateway, "/observatory", "made-up", []), StringComparison.Ordinal);

    [Theory]
    [InlineData("http://localhost:15080", "abc", "http://localhost:15080/login?t=abc")]
    [InlineData("http://localhost:15080", null, "http://localhost:15080/")]
    [InlineData(null, "abc", null)]
    public void The_dashboards_link_has_the_sign_in_token(string? dashboard, string? token, string? link) =>
        Assert.Equal(link, Welcome.SignInLink(dashboard is null ? null : new Uri(dashboard), token));
}
