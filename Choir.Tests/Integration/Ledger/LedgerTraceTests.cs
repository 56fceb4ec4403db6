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
        await LedgerTestBed.InsertAsync(bed.Database, Guid.CreateVersion7(), cycle, $"00-{_trace}-{_input}-01");

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
    public async Task Two_transactions_of_one_round_belong_each_to_the_trace_of_its_cycle()
    {
        Listen();
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var traces = await AnchorInTwoTracesAsync(bed, bed.StartHost(("MaxCyclesPerTransaction", "1")));
        foreach (var spans in traces)
        {
            var submitted = Assert.Single(spans, span => span.OperationName == "submit_transaction");
            Assert.Empty(submitted.Links);
            Assert.Equal(submitted.SpanId, Assert.Single(spans, span => span.DisplayName == "eth_sendRawTransaction").ParentSpanId);
            Assert.Equal(submitted.SpanId, Assert.Single(spans, span => span.DisplayName == "eth_estimateGas").ParentSpanId);
            Assert.Contains(spans, span => span.Source.Name == "Npgsql" && span.ParentSpanId == submitted.SpanId);
        }
    }

    [Fact]
    public async Task The_transaction_of_two_cycles_is_in_the_trace_of_one_and_linked_in_that_of_the_other()
    {
        Listen();
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var traces = await AnchorInTwoTracesAsync(bed, bed.StartHost());
        foreach (var name in new[] { "submit_transaction", "confirm_transaction" })
        {
            var shared = Assert.Single(traces[0], span => span.OperationName == name);
            var linked = Assert.Single(traces[1], span => span.OperationName == name);
            Assert.Equal(shared.Context, Assert.Single(linked.Links).Context);
            Assert.Equal(shared.StartTimeUtc, linked.StartTimeUtc);
            Assert.NotEqual(shared.GetTagItem("choir.cycle.id"), linked.GetTagItem("choir.cycle.id"));
            Assert.Equal(shared.GetTagItem("blockchain.transaction.hash"), linked.GetTagItem("blockchain.transaction.hash"));
        }

        Assert.Single(traces[0], span => span.DisplayName == "eth_sendRawTransaction");
        Assert.DoesNotContain(traces[1], span => span.DisplayName == "eth_sendRawTransaction");
    }

    [Fact]
    public async Task The_transaction_of_several_cycles_is_in_a_trace_that_is_sampled()
    {
        Listen();
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var traces = await AnchorInTwoTracesAsync(bed, bed.StartHost(), firstIsSampled: false);
        Assert.DoesNotContain(traces[0], span => span.DisplayName == "eth_sendRawTransaction");
        Assert.Single(traces[1], span => span.DisplayName == "eth_sendRawTransaction");
    }

    [Fact]
    public async Task The_address_of_the_node_is_in_no_span()
    {
        Listen();
        await using var bed = await LedgerTestBed.CreateAsync(postgres);
        var host = bed.StartHost(("Url", bed.Anvil.Url + "v3/s3cret"));
        var cycle = Guid.CreateVersion7();
        await LedgerTestBed.InsertAsync(bed.Database, Guid.CreateVersion7(), cycle, $"00-{_trace}-{_input}-01");
        await host.Pump.RunRoundAsync(Cancellation);
        Assert.NotEmpty(_spans);
        Assert.DoesNotContain(
            _spans.SelectMany(span => span.TagObjects), tag => tag.Value?.ToString()?.Contains("s3cret", StringComparison.Ordinal) == true);
    }

    /// <summary>Anchors two cycles, each of an input with a trace of its own, in one round. The result is the spans of each trace.</summary>
    private async Task<Activity[][]> AnchorInTwoTracesAsync(LedgerTestBed bed, LedgerServices host, bool firstIsSampled = true)
    {
        await host.Contracts.AttachAsync(Cancellation);
        var other = ActivityTraceId.CreateRandom();
        Guid[] cycles = [Guid.CreateVersion7(), Guid.CreateVersion7()];
        await LedgerTestBed.InsertAsync(
            bed.Database, Guid.CreateVersion7(), cycles[0], $"00-{_trace}-{_input}-0{(firstIsSampled ? 1 : 0)}");
        await LedgerTestBed.InsertAsync(bed.Database, Guid.CreateVersion7(), cycles[1], $"00-{other}-{_input}-01");
        await bed.ConfirmedAsync(host, cycles);
        await bed.AssertOnChainOnceAsync(cycles);
        return [.. new[] { _trace, other }.Select(trace => _spans.Where(span => span.TraceId == trace).ToArray())];
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
