using System.Net;
using Choir.Actors;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.Gateway;

public sealed class RequestLimitTests
{
    [Fact]
    public async Task More_requests_of_one_kind_than_the_limit_are_refused_until_one_has_ended_and_other_kinds_are_answered()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(settings: "Gateway:MaxRequests=2");
        var reply = new TaskCompletionSource<ActorReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Actors.Answer = (_, _, _, _) => reply.Task;
        var handled = Enumerable.Range(0, 2).Select(_ => PostAsync()).ToList();
        await Eventually.HoldsAsync("both to be asked", () => gateway.Actors.Asked.Count == 2);

        var refused = await PostAsync();
        refused.AssertProblem(503, "overloaded", "The gateway handles 2 such requests already");
        Assert.NotEmpty(refused.Headers.GetValues("Retry-After"));
        Assert.Equal(2, gateway.Actors.Asked.Count);
        Assert.Equal(200, (await gateway.GetAsync("/alerts")).Status);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Http.GetAsync(new Uri("/alive", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);

        reply.SetResult(ActorReply.Of("REPLY"));
        Assert.All(await Task.WhenAll(handled), answer => Assert.Equal(200, answer.Status));
        Assert.Equal(200, (await PostAsync()).Status);

        Task<Answer> PostAsync() => gateway.PostAsync("/actors/any/a/messages", "{\"type\": \"GET\"}");
    }

    [Fact]
    public async Task A_stopped_gateway_leaves_nothing_in_memory()
    {
        var services = await ServicesOfAStoppedGatewayAsync();
        await Eventually.HoldsAsync("its services to be collected", () =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return !services.IsAlive;
        });
    }

    private static async Task<WeakReference> ServicesOfAStoppedGatewayAsync()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        Assert.Equal(200, (await gateway.GetAsync("/alerts")).Status);
        return new WeakReference(gateway.Services);
    }
}
