using System.Collections.Concurrent;
using System.Diagnostics;
using Choir.ActorHost.Ledger;
using Choir.Tests.Support;

namespace Choir.Tests.Integration.Ledger;

/// <summary>The ledger's spans in the trace of an input.</summary>
public sealed class LedgerTraceTests(PostgresFixture postgres) : IDisposable
{
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ActivitySpanId _input = ActivitySpanId.CreateRandom();
    private readonly ConcurrentQueue<Activity> _spans = new();
    private ActivityListener? _listener;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _listener?.Dispose();

    [Fact]
    public async Task Work_for_a_cycle_belongs_to_the_trace_that_is_stored_with_it()
    {
        Listen();
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var cycle = Guid.CreateVersion7();
        await bed.StartHost().Outbox.AddAsync(
            Guid.CreateVersion7(), cycle, LedgerTestBed.HashOf(cycle), $"00-{_trace}-{_input}-01", Cancellation);

        // A different host than the one that added the cycle.
        await bed.ConfirmedAsync(bed.StartHost(), cycle);
        var spans = _spans.Where(span => span.TraceId == _trace).ToList();
        var submitted = Assert.Single(spans, span => span.OperationName == "submit_transaction");
        var confirmed = Assert.Single(spans, span => span.OperationName == "confirm_transaction");
        Assert.Equal((_input, _input), (submitted.ParentSpanId, confirmed.ParentSpanId));
        Assert.Equal(cycle.ToString(), submitted.GetTagItem("choir.cycle.id"));
        Assert.Equal((await bed.RowAsync(cycle)).TransactionHash, confirmed.GetTagItem("blockchain.transaction.hash"));

        var sent = Assert.Single(spans, span => span.DisplayName == "eth_sendRawTransaction");
        Assert.Equal((submitted.SpanId, ActivityKind.Client), (sent.ParentSpanId, sent.Kind));
        Assert.Equal("eth_sendRawTransaction", sent.GetTagItem("rpc.method"));
        Assert.Contains(spans, span => span.DisplayName == "eth_estimateGas" && span.ParentSpanId == submitted.SpanId);

        // Spans of Postgres.
        Assert.Contains(spans, span => span.Source.Name == "Npgsql" && span.ParentSpanId == submitted.SpanId);
        Assert.Contains(spans, span => span.Source.Name == "Npgsql" && span.ParentSpanId == confirmed.SpanId);
        Assert.All(spans, span => Assert.NotEqual(ActivityStatusCode.Error, span.Status));
    }

    [Fact]
    public async Task The_address_of_the_node_is_in_no_span()
    {
        Listen();
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost(("Url", bed.Anvil.Url + "v3/s3cret"));
        var cycle = Guid.CreateVersion7();
        await host.Outbox.AddAsync(
            Guid.CreateVersion7(), cycle, LedgerTestBed.HashOf(cycle), $"00-{_trace}-{_input}-01", Cancellation);
        await host.Pump.RunRoundAsync(Cancellation);
        Assert.NotEmpty(_spans);
        Assert.DoesNotContain(
            _spans.SelectMany(span => span.TagObjects), tag => tag.Value?.ToString()?.Contains("s3cret", StringComparison.Ordinal) == true);
    }

    private void Listen()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is LedgerTracing.SourceName or "Npgsql" or "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }
}
