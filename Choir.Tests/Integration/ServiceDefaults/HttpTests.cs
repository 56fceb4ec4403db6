using System.Net;

namespace Choir.Tests.Integration.ServiceDefaults;

/// <summary>What every service answers, whatever its routes.</summary>
public sealed class HttpTests
{
    [Fact]
    public async Task An_unhandled_exception_shows_nothing_in_Development()
    {
        await using var service = await ServiceUnderTest.StartAsync("--environment=Development");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/broken", UriKind.Relative)) { Headers = { { "Accept", "text/html" } } };
        using var response = await service.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        using var probe = new HttpRequestMessage(HttpMethod.Head, new Uri("/alive", UriKind.Relative));
        using var alive = await service.Http.SendAsync(probe, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }
}
