using System.Diagnostics.Metrics;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Observability.Support;
using Orleans.Hosting;
using Orleans.Serialization.Invocation;

namespace Choir.Tests.Unit.Observability;

public sealed class GrainCallTests
{
    private const string Type = "shelf";

    [Fact]
    public async Task Calls_are_counted_by_grain_type_method_and_outcome()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var shelf = cluster.Client.GetGrain<IShelf>("a");
        for (var call = 0; call < 7; call++)
        {
            await shelf.PutAsync(1);
        }

        Assert.Equal(7, await shelf.LookAsync());
        await Assert.ThrowsAsync<NotSupportedException>(() => shelf.DropAsync("on purpose"));
        Assert.Equal(7, Count(cluster, "PutAsync", "ok"));
        Assert.Equal(1, Count(cluster, "LookAsync", "ok"));
        Assert.Equal((0, 1), (Count(cluster, "DropAsync", "ok"), Count(cluster, "DropAsync", "error")));
        Assert.Equal(9, cluster.Sum("actor.messages"));
        Assert.Equal(9, cluster.Sum("message.flow", ("source.type", "gateway"), ("actor.type", Type)));
    }

    [Fact]
    public async Task What_a_grain_throws_reaches_the_caller_unchanged()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var thrown = await Assert.ThrowsAsync<NotSupportedException>(() => cluster.Client.GetGrain<IShelf>("a").DropAsync("on purpose"));
        Assert.Equal("on purpose", thrown.Message);
        Assert.Contains(nameof(ShelfGrain.DropAsync), thrown.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listener_that_throws_affects_no_call()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var meter = cluster.Of<ActorTelemetry>().Metrics.Meter;
        using var hostile = new MeterListener();
        hostile.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        hostile.SetMeasurementEventCallback<double>((_, _, _, _) => throw new InvalidOperationException("A listener fails."));
        hostile.Start();
        Assert.Equal(1, await cluster.Client.GetGrain<IShelf>("a").PutAsync(1));
        await Assert.ThrowsAsync<NotSupportedException>(() => cluster.Client.GetGrain<IShelf>("a").DropAsync("on purpose"));
        Assert.Equal(2, cluster.Sum("actor.messages"));
    }

    [Fact]
    public async Task Calls_between_grains_are_edges_of_the_flow()
    {
        await using var cluster = await GrainCluster.StartAsync();
        Assert.Equal(3, await cluster.Client.GetGrain<IShelf>("a").BorrowAsync("b", 3));
        Assert.Equal(1, cluster.Sum("message.flow", ("source.type", "gateway"), ("message.type", "IShelf.BorrowAsync")));
        Assert.Equal(1, cluster.Sum("message.flow", ("source.type", Type), ("actor.type", Type), ("message.type", "IShelf.PutAsync")));
        Assert.Equal(2, cluster.Sum("message.flow"));
    }

    [Fact]
    public async Task Calls_from_services_of_the_silo_come_from_the_host()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.Of<IGrainFactory>().GetGrain<IShelf>("a").PutAsync(1);
        Assert.Equal(["host"], cluster.Values("message.flow", "source.type"));
    }

    [Fact]
    public async Task Calls_of_a_grain_type_with_a_reserved_name_come_from_that_grain()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.Client.GetGrain<IDoor>("a").PutAsync("b");
        Assert.Equal(1, cluster.Sum("message.flow", ("source.type", "gateway (grain)"), ("actor.type", Type)));
        Assert.Equal(1, cluster.Sum("message.flow", ("source.type", "gateway"), ("actor.type", "gateway (grain)")));
        Assert.Equal(2, cluster.Sum("message.flow"));
    }

    [Fact]
    public async Task An_exception_that_an_inner_filter_sets_as_the_response_is_an_error()
    {
        await using var cluster = await GrainCluster.StartAsync(afterTheLine: silo => silo.AddIncomingGrainCallFilter(context =>
        {
            context.Response = context.Grain is ShelfGrain ? Response.FromException(new ArithmeticException("set")) : context.Response;
            return context.Grain is ShelfGrain ? Task.CompletedTask : context.Invoke();
        }));
        await Assert.ThrowsAsync<ArithmeticException>(() => cluster.Client.GetGrain<IShelf>("a").PutAsync(1));
        Assert.Equal((0, 1), (Count(cluster, "PutAsync", "ok"), Count(cluster, "PutAsync", "error")));
        var record = Assert.Single(cluster.Of<ActorTelemetry>().Recorder.Find(record => record.ActorId == "a"));
        Assert.Equal("set", record.Error);
    }

    [Fact]
    public async Task One_way_calls_are_counted()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.Client.GetGrain<IShelf>("a").WipeAsync();
        await Eventually.HoldsAsync("the call to be counted", () => Count(cluster, "WipeAsync", "ok") == 1);
    }

    [Fact]
    public async Task Interleaving_calls_are_counted_when_they_end()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var shelf = cluster.Client.GetGrain<IShelf>("a");
        var gate = $"{Guid.NewGuid()}";
        var calls = Enumerable.Range(0, 5).Select(_ => shelf.WaitAsync(gate)).ToArray();
        Assert.Equal(0, await shelf.LookAsync());
        Assert.Equal(0, Count(cluster, "WaitAsync", "ok"));
        Gates.Open(gate);
        await Task.WhenAll(calls);
        Assert.Equal(5, Count(cluster, "WaitAsync", "ok"));
    }

    [Fact]
    public async Task Generic_grains_have_closed_names_and_generic_methods_one_name()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.Client.GetGrain<IBox<int>>("a").KeepAsync(1);
        await cluster.Client.GetGrain<IBox<string>>("a").KeepAsync("one");
        await cluster.Client.GetGrain<IShelf>("a").EchoAsync(1);
        await cluster.Client.GetGrain<IShelf>("a").EchoAsync("one");
        Assert.Equal(["IBox<Int32>.KeepAsync", "IBox<String>.KeepAsync", "IShelf.EchoAsync<TItem>"], cluster.Values("actor.messages", "message.type"));
        Assert.Equal(3, cluster.Values("actor.messages", "actor.type").Length);
        Assert.Equal(2, Count(cluster, "EchoAsync<TItem>", "ok"));
    }

    [Fact]
    public async Task Calls_that_await_something_on_many_threads_are_noted_until_they_end()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.Client.GetGrain<IShelf>("a").PutAsync(1);
        var type = Assert.Single(cluster.Of<ActorTelemetry>().Types);
        var grain = Assert.IsType<GrainActivation>(type.Live.Find("a"));
        var call = new GrainCall(grain, new ObservedMethod(cluster.Of<ActorTelemetry>().Kinds[0], null, null), "gateway", Started: 1, default);
        var stays = new RunningCall(call, caller: null, Task.CompletedTask);
        grain.Suspend(stays);
        Together.Run(threads: 4, _ =>
        {
            for (var number = 0; number < 1_000_000; number++)
            {
                var ends = new RunningCall(call, caller: null, Task.CompletedTask);
                grain.Suspend(ends);
                grain.Resume(ends);
            }
        });
        Assert.Single(grain.ReadTurns());
        Assert.Equal(1, type.InFlight.Count);
        grain.Resume(stays);
        Assert.Empty(grain.ReadTurns());
        Assert.Equal(0, type.InFlight.Count);
    }

    [Fact]
    public async Task Calls_are_answered_when_telemetry_has_ended()
    {
        // Each on a thread of its own, which telemetry has not seen yet.
        await using var cluster = await GrainCluster.StartAsync(configureSilo: silo => silo.AddIncomingGrainCallFilter(context =>
            Task.Factory.StartNew(context.Invoke, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
        Assert.Equal(1, await cluster.Client.GetGrain<IShelf>("a").PutAsync(1));
        cluster.Of<ActorTelemetry>().Dispose();
        Assert.Equal(2, await cluster.Client.GetGrain<IShelf>("a").PutAsync(1));
    }

    [Fact]
    public async Task Processing_time_is_measured_and_what_is_not_known_is_absent()
    {
        await using var cluster = await GrainCluster.StartAsync();
        await cluster.Client.GetGrain<IShelf>("a").PutAsync(1);
        Assert.Equal("IShelf.PutAsync", Assert.Single(cluster.Measurements.Of("actor.message.processing")).Tags["message.type"]);
        Assert.Empty(cluster.Measurements.Of("message.queue.time"));
        Assert.Empty(cluster.Measurements.Of("message.size"));
        foreach (var unknown in new[] { "message.queue.length", "message.queue.longest", "actor.restarts" })
        {
            Assert.Empty(cluster.Measurements.Look(unknown));
        }

        Assert.Equal(0, cluster.Sum("message.queue.unmeasured"));
    }

    [Fact]
    public async Task The_busiest_grains_are_hot()
    {
        await using var cluster = await GrainCluster.StartAsync();
        for (var call = 0; call < 20; call++)
        {
            await cluster.Client.GetGrain<IShelf>("busy").PutAsync(1);
        }

        await cluster.Client.GetGrain<IShelf>("idle").PutAsync(1);
        var type = Assert.Single(cluster.Of<ActorTelemetry>().Types);
        Assert.Equal([("busy", 20.0), ("idle", 1.0)], type.Hot.Top(HotIndicator.Messages).Select(actor => (actor.Id, Math.Round(actor.Messages))));
    }

    [Fact]
    public async Task The_flight_recorder_has_each_call_with_an_id_of_its_own()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var shelf = cluster.Client.GetGrain<IShelf>("a");
        for (var call = 0; call < 10; call++)
        {
            await shelf.PutAsync(1);
        }

        await Assert.ThrowsAsync<NotSupportedException>(() => shelf.DropAsync("on purpose"));
        var records = cluster.Of<ActorTelemetry>().Recorder.Find(record => record.ActorId == "a");
        Assert.Equal(11, records.Select(record => record.MessageId).Distinct().Count());
        Assert.Equal(["on purpose"], records.Select(record => record.Error).OfType<string>());
        Assert.All(records, record => Assert.Equal(MessageRecord.UnknownQueue, record.Queue));
    }

    [Fact]
    public async Task Orleans_own_grains_and_calls_are_observed_only_if_asked_for()
    {
        Assert.Equal(["ledger_book"], await TypesAsync(observeOrleans: false));
        Assert.Contains(await TypesAsync(observeOrleans: true), type => type.Contains("memorystorage", StringComparison.OrdinalIgnoreCase));

        static async Task<string[]> TypesAsync(bool observeOrleans)
        {
            await using var cluster = await GrainCluster.StartAsync(options => options.ObserveOrleans = observeOrleans);
            await cluster.Client.GetGrain<ILedgerBook>("a").WriteAsync("text");
            return cluster.Values("actor.messages", "actor.type");
        }
    }

    [Fact]
    public async Task The_line_may_stand_twice_and_counts_once()
    {
        await using var cluster = await GrainCluster.StartAsync(configureSilo: silo => silo.AddChoirObservability());
        await cluster.Client.GetGrain<ILedgerBook>("a").WriteAsync("text");
        Assert.Equal(1, cluster.Sum("actor.messages"));
        Assert.Equal(1, cluster.Sum("actor.state.changes"));
        Assert.Equal(1, cluster.Sum("actor.created"));
    }

    private static double Count(GrainCluster cluster, string method, string outcome) =>
        cluster.Sum("actor.messages", ("actor.type", Type), ("message.type", $"IShelf.{method}"), ("outcome", outcome));
}
