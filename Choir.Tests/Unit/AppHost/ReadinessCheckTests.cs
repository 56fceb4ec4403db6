using System.Text;
using Choir.AppHost.Dashboard;

namespace Choir.Tests.Unit.AppHost;

public class ReadinessCheckTests
{
    [Theory]
    [InlineData("""{"status":"unhealthy","components":{"database":{"status":"unhealthy","reason":"away"},"api":{"status":"healthy"}}}""", "database: away")]
    [InlineData("""{"components":{"a":{"reason":"x"},"b":{"reason":"y"}}}""", "a: x; b: y")]
    [InlineData("""{"components":{"a":7,"b":{"reason":8}}}""", null)]
    [InlineData("""{"components":[]}""", null)]
    [InlineData("[]", null)]
    [InlineData("<html>", null)]
    [InlineData("", null)]
    public void The_reasons_are_read_from_the_readiness_response(string answer, string? reasons) =>
        Assert.Equal(reasons, ReadinessCheck.Reasons(Encoding.UTF8.GetBytes(answer)));
}
