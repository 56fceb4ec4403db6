using System.Diagnostics;
using Choir.Actors;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.Gateway;

/// <summary>What the trace headers of a caller do to the messages that a request sends.</summary>
[Collection(Alone.Name)]
public sealed class CallerTraceTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    [Theory]
    [InlineData("0", false, "01", false)]
    [InlineData("1", false, "00", true)]
    [InlineData("0", true, "01", true)]
    [InlineData("1", true, "00", false)]
    public async Task The_gateway_decides_about_sampling_unless_callers_are_trusted(
        string sampling, bool trustsCallers, string flags, bool isSampled)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            settings: [$"Telemetry:Sampling={sampling}", $"Telemetry:TrustCallers={trustsCallers}"]);
        var sent = new List<(TraceContext Trace, string? State, int Baggage)>();
        gateway.Actors.Answer = (_, _, _, _) =>
        {
            var current = Activity.Current;
            sent.Add((TraceContext.From(current), current?.TraceStateString, current?.Baggage.Count() ?? 0));
            return Task.FromResult(ActorReply.Of("REPLY"));
        };

        // As often as needed to see that it is not decided by chance.
        for (var request = 0; request < 20; request++)
        {
            await SendAsync(gateway, flags, state: "a=1");
        }

        Assert.All(sent, one => Assert.Equal((TraceId, isSampled, "a=1"), (one.Trace.TraceId, one.Trace.IsSampled, one.State)));
        Assert.All(sent, one => Assert.Equal(trustsCallers ? 1 : 0, one.Baggage));

        sent.Clear();
        await SendAsync(gateway, flags, state: "a=" + new string('1', 600), baggage: "b=" + new string('2', 9_000));
        Assert.Equal((TraceId, isSampled, null, 0), (sent[0].Trace.TraceId, sent[0].Trace.IsSampled, sent[0].State, sent[0].Baggage));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-zz")]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    public async Task A_malformed_traceparent_starts_a_trace_of_its_own(string traceParent)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(settings: "Telemetry:Sampling=0");
        TraceContext sent = default;
        gateway.Actors.Answer = (_, _, _, _) =>
        {
            sent = TraceContext.From(Activity.Current);
            return Task.FromResult(ActorReply.Of("REPLY"));
        };
        Assert.Equal(200, (await gateway.RawAsync("POST", "/actors/a/b/messages", """{"type":"PING"}""", $"traceparent: {traceParent}")).Status);
        Assert.NotEqual(TraceId, sent.TraceId);
        Assert.False(sent.IsSampled);
    }

    private static async Task SendAsync(GatewayUnderTest gateway, string flags, string state, string baggage = "b=2") =>
        Assert.Equal(200, (await gateway.RawAsync(
            "POST", "/actors/a/b/messages", """{"type":"PING"}""",
            $"traceparent: 00-{TraceId}-b7ad6b7169203331-{flags}", $"tracestate: {state}", $"baggage: {baggage}")).Status);
}
