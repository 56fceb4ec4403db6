using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;
using Orleans.Hosting;
using Orleans.Serialization.Invocation;

namespace Choir.Tests.Unit.Observability;

/// <summary>Calls of Orleans.Transactions, whose responses show no exception to Orleans.</summary>
public sealed class TransactionTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_transactional_call_that_throws_is_an_error(double traceShare)
    {
        await using var cluster = await GrainCluster.StartAsync(
            options => (options.ObserveCallers, options.TraceShare) = (true, traceShare),
            silo => silo.UseTransactions().Services.AddOpenTelemetry().WithTracing(traces => traces.AddChoirObservability()),
            configureClient: client => client.UseTransactions().AddChoirObservability());
        const string Aborted = "OrleansTransactionAbortedException";
        Assert.Equal($"{Aborted} {Aborted}", await cluster.Client.GetGrain<IAccount>("a").AskAsync("b"));
        await Eventually.HoldsAsync("both asks to be counted as errors", () =>
            cluster.Measurements.Of("ask.time").Count(one => one.Tags["outcome"] == "error") == 2);
        Assert.Equal(1, await cluster.Client.GetGrain<IAccount>("b").LookAsync());

        Assert.Equal((0, 1), (Count("RefuseAsync", "ok"), Count("RefuseAsync", "error")));
        Assert.Equal((0, 1), (Count("RefuseLateAsync", "ok"), Count("RefuseLateAsync", "error")));
        Assert.Equal((1, 0), (Count("LookAsync", "ok"), Count("LookAsync", "error")));
        Assert.Equal(
            ["at once", "later"],
            cluster.Of<ActorTelemetry>().Recorder.Find(record => record.Error is not null).Select(record => record.Error).Order());

        double Count(string method, string outcome) =>
            cluster.Sum("actor.messages", ("message.type", $"IAccount.{method}"), ("outcome", outcome));
    }

    [Fact]
    public void A_response_of_another_library_without_such_a_method_hides_nothing()
    {
        Assert.Null(CallResponse.ExceptionOf(null));
        Assert.Null(CallResponse.ExceptionOf(Response.Completed));
        Assert.Null(CallResponse.ExceptionOf(new OtherResponse()));
        Assert.IsType<ArithmeticException>(CallResponse.ExceptionOf(Response.FromException(new ArithmeticException())));
        Assert.IsType<ArithmeticException>(CallResponse.ExceptionOf(new OtherResponse { Exception = new ArithmeticException() }));
    }

    private sealed class OtherResponse : Response
    {
        public override object? Result { get; set; }

        public override Exception? Exception { get; set; }

        public static string GetException(int of) => $"{of}";

        public override T GetResult<T>() => (T)Result!;

        public override void Dispose()
        {
        }
    }
}
