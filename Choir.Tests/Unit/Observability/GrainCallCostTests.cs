using System.Diagnostics.Metrics;
using System.Reflection;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Choir.Tests.Unit.Observability;

public sealed class GrainCallCostTests
{
    private const int Calls = 2_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_that_completes_synchronously_and_is_not_traced_allocates_nothing()
    {
        var filter = new ProbedFilter();
        await using var probed = await GrainCluster.StartAsync(options => options.TraceShare = 0, silo => silo.AddIncomingGrainCallFilter(filter));
        await probed.Client.GetGrain<IShelf>("a").PutAsync(1);
        var observed = probed.Of<IEnumerable<IIncomingGrainCallFilter>>().OfType<GrainCallFilter>().Single();
        var call = new ScriptedCall(filter.Last!);
        var telemetry = probed.Of<ActorTelemetry>();

        // A listener gets each value, and takes memory for it.
        probed.Measurements.Dispose();
        await Eventually.HoldsAsync("nothing to listen", () => !telemetry.Metrics.Histograms.Processing.Instrument.Enabled);
        for (var warm = 0; warm < Calls; warm++)
        {
            _ = observed.Invoke(call);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var number = 0; number < Calls; number++)
        {
            _ = observed.Invoke(call);
        }

        // The runtime may allocate something once; a call takes 24 bytes at least if it allocates.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Calls);
        Assert.Equal((2 * Calls) + 1, telemetry.Metrics.CountOf(Assert.Single(telemetry.Kinds.ToArray())));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_that_is_observed_at_its_caller_and_not_traced_allocates_nothing_there(bool isFromGrain)
    {
        var probe = new ProbedCallerFilter(isFromGrain);
        await using var probed = await GrainCluster.StartAsync(options => options.ObserveCallers = true, silo => silo.AddOutgoingGrainCallFilter(probe));
        await probed.Of<IGrainFactory>().GetGrain<IShelf>("a").BorrowAsync("b", 1);
        var filter = Assert.IsType<CallerFilter>(probed.Of<IEnumerable<IOutgoingGrainCallFilter>>().Last());
        Assert.NotNull(probe.Last);
        var call = new ScriptedAsk(probe.Last);
        var telemetry = probed.Of<ActorTelemetry>();
        probed.Measurements.Dispose();
        var instrument = telemetry.Metrics.Histograms.AskTime.Instrument;
        var counted = 0;
        using (var listener = new MeterListener())
        {
            listener.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref counted));
            listener.EnableMeasurementEvents(instrument);
            await Task.Run(Measure, Token);

            // The two asks of the probe may be counted a moment after their answers.
            Assert.InRange(counted, Calls, Calls + 2);
        }

        // A listener gets each value, and takes memory for it.
        Assert.False(instrument.Enabled);

        // The runtime may allocate something once; a call takes 24 bytes at least if it allocates.
        Assert.InRange(await Task.Run(Measure, Token), 0, Calls);

        // Not in the context of the test, which takes what follows a task to another thread.
        long Measure()
        {
            var answers = Enumerable.Range(0, Calls).Select(_ => new TaskCompletionSource()).ToArray();
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var answer in answers)
            {
                call.Answer = answer.Task;
                _ = filter.Invoke(call);
                answer.SetResult();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    // Keeps the context of the last call of the test's grain.
    private sealed class ProbedFilter : IIncomingGrainCallFilter
    {
        public IIncomingGrainCallContext? Last { get; private set; }

        public Task Invoke(IIncomingGrainCallContext context)
        {
            Last = context.Grain is ShelfGrain ? context : Last;
            return context.Invoke();
        }
    }

    // A call of the same grain that completes at once, without Orleans, which allocates.
    private sealed class ScriptedCall(IIncomingGrainCallContext last) : IIncomingGrainCallContext
    {
        public IInvokable Request => last.Request;

        public object Grain => last.Grain;

        public GrainId? SourceId => last.SourceId;

        public GrainId TargetId => last.TargetId;

        public GrainInterfaceType InterfaceType => last.InterfaceType;

        public string InterfaceName => last.InterfaceName;

        public string MethodName => last.MethodName;

        public MethodInfo InterfaceMethod => last.InterfaceMethod;

        public MethodInfo ImplementationMethod => last.ImplementationMethod;

        public IGrainContext TargetContext => last.TargetContext;

        public object? Result { get; set; }

        public Response? Response { get; set; }

        public Task Invoke() => Task.CompletedTask;
    }

    // Keeps the context of the last call that is made by a grain, or by none.
    private sealed class ProbedCallerFilter(bool isFromGrain) : IOutgoingGrainCallFilter
    {
        public IOutgoingGrainCallContext? Last { get; private set; }

        public Task Invoke(IOutgoingGrainCallContext context)
        {
            Last = context.Request.GetInterfaceType() == typeof(IShelf) && (context.SourceContext is not null) == isFromGrain ? context : Last;
            return context.Invoke();
        }
    }

    // The same call, which ends when the test ends it.
    private sealed class ScriptedAsk(IOutgoingGrainCallContext last) : IOutgoingGrainCallContext
    {
        public Task Answer { get; set; } = Task.CompletedTask;

        public IInvokable Request => last.Request;

        public object Grain => last.Grain;

        public IGrainContext? SourceContext => last.SourceContext;

        public GrainId? SourceId => last.SourceId;

        public GrainId TargetId => last.TargetId;

        public GrainInterfaceType InterfaceType => last.InterfaceType;

        public string InterfaceName => last.InterfaceName;

        public string MethodName => last.MethodName;

        public MethodInfo InterfaceMethod => last.InterfaceMethod;

        public object? Result { get; set; }

        public Response? Response { get; set; }

        public Task Invoke() => Answer;
    }
}
