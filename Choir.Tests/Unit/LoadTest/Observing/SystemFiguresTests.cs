using Choir.LoadTest.Observing;
using Choir.LoadTest.Reports.Model;

namespace Choir.Tests.Unit.LoadTest.Observing;

public class SystemFiguresTests
{
    private const string Before = """
        dotnet_process_cpu_time_seconds_total{cpu_mode="user"} 10
        dotnet_process_cpu_time_seconds_total{cpu_mode="system"} 5
        dotnet_gc_heap_total_allocated_bytes_total 1000
        dotnet_gc_pause_time_seconds_total 1
        dotnet_process_memory_working_set_bytes 200
        actor_messages_total{actor_type="phase",message_type="m",outcome="ok"} 100
        """;

    private const string After = """
        dotnet_process_cpu_time_seconds_total{cpu_mode="user"} 20
        dotnet_process_cpu_time_seconds_total{cpu_mode="system"} 10
        dotnet_gc_heap_total_allocated_bytes_total 21000
        dotnet_gc_pause_time_seconds_total 2
        dotnet_process_memory_working_set_bytes 300
        actor_messages_total{actor_type="phase",message_type="m",outcome="ok"} 180
        actor_messages_total{actor_type="phase",message_type="m",outcome="error"} 20
        actor_messages_total{actor_type="phase",message_type="m",outcome="unknown"} 7
        actor_message_processing_seconds_bucket{actor_type="phase",message_type="m",le="0.1"} 50
        actor_message_processing_seconds_bucket{actor_type="phase",message_type="m",le="0.2"} 80
        actor_message_processing_seconds_bucket{actor_type="phase",message_type="m",le="+Inf"} 80
        actor_message_processing_seconds_bucket{actor_type="phase",message_type="n",le="0.1"} 0
        actor_message_processing_seconds_bucket{actor_type="phase",message_type="n",le="0.2"} 20
        actor_message_processing_seconds_bucket{actor_type="phase",message_type="n",le="+Inf"} 20
        actor_message_processing_seconds_sum{actor_type="phase",message_type="m"} 8
        actor_message_processing_seconds_sum{actor_type="phase",message_type="n"} 3
        message_queue_time_seconds_bucket{actor_type="phase",message_type="m",le="0.1"} 100
        message_queue_time_seconds_bucket{actor_type="phase",message_type="m",le="+Inf"} 100
        message_queue_time_seconds_sum{actor_type="phase",message_type="m"} 2
        request_latency_seconds_bucket{http_request_method="GET",request_type="/threads",http_response_status_code="200",le="1"} 7
        request_latency_seconds_bucket{http_request_method="GET",request_type="/threads",http_response_status_code="404",le="1"} 3
        request_latency_seconds_sum{http_request_method="GET",request_type="/threads",http_response_status_code="200"} 4
        database_query_time_seconds_bucket{query_type="select",le="1"} 5
        database_query_time_seconds_sum{query_type="select"} 1
        actor_hot_busy{actor_type="phase",actor_id="x"} 0.95
        system_cpu_usage_percent 75
        """;

    [Fact]
    public void A_process_has_its_use_of_processors_memory_and_collections()
    {
        var process = Assert.Single(Figures(("actor-host", Before, After)).Processes);
        Assert.Equal(("actor-host-1", "actor-host"), (process.Name, process.Service));
        Assert.Equal((1.5, 2_000, 0.1), (process.CpuCores, process.AllocatedBytesPerSecond, process.GcPauseShare));
        Assert.Equal([(0, 200), (10, 300)], process.Series["memory"].Select(point => ((int)point.At, (int)point.Value)));
        Assert.Equal([(10, 1.5)], process.Series["cpu"].Select(point => (point.At, point.Value)));
        Assert.DoesNotContain("handles", process.Series.Keys);
    }

    [Fact]
    public void Messages_of_all_processes_are_added_up_by_actor_type()
    {
        var type = Assert.Single(Figures(("actor-host", Before, After), ("actor-host", Before, After)).ActorTypes);
        Assert.Equal(("phase", 200, 20, 40), (type.ActorType, type.Messages, type.Rate, type.Errors));
        Assert.Equal((200, 22, 4), (type.Processing.Count, type.ProcessingSeconds, type.QueueSeconds));
        Assert.Equal(0.1, type.Processing.P50, 9);
        Assert.Equal(0.11, type.Processing.Mean, 9);
        Assert.Equal(0.05, type.Queue.P50, 9);
    }

    [Fact]
    public void Routes_are_those_of_the_gateway_with_their_method()
    {
        var components = Figures(("actor-host", Before, After), ("gateway", Before, After)).Components;
        var route = Assert.Single(components, component => component.Component == "gateway");
        Assert.Equal(("GET /threads", 10, 4), (route.Name, route.Latency.Count, route.TotalSeconds));
        Assert.Equal(("select", 10), components.Where(component => component.Component == "database").Select(one => (one.Name, (int)one.Latency.Count)).Single());
        Assert.DoesNotContain(components, component => component.Component is "model" or "chain" or "phase");
    }

    [Fact]
    public void Hotspots_are_ranked_by_time_CPU_and_allocation()
    {
        var hotspots = Figures(("actor-host", Before, After)).Hotspots;
        Assert.Equal(
            ["handlers of phase", "queues of phase", "database select"], hotspots.Where(one => one.By == "time").Select(one => one.Name));
        Assert.Equal(11d / 14, hotspots[0].Share, 9);
        Assert.Equal("11 s in 100 messages, p95 190 ms; 1.1 at a time on average", hotspots[0].Detail);
        Assert.Equal(
            [("actor-host-1", 1.5), ("everything else on machine", 1.2), ("load generator", 0.3)],
            hotspots.Where(one => one.By == "cpu").Select(one => (one.Name, Math.Round(one.Share * 3, 6))));
        Assert.Equal("actor-host-1", Assert.Single(hotspots, one => one.By == "allocation").Name);
        Assert.Equal(("phase x", 0.95), hotspots.Where(one => one.By == "actor busy time").Select(one => (one.Name, one.Share)).Single());
    }

    [Fact]
    public void Missing_metrics_are_no_error()
    {
        var figures = Figures(("actor-host", "process_thread_count 5", "process_thread_count 6"));
        Assert.Empty(figures.ActorTypes);
        Assert.Empty(figures.Components);
        Assert.Equal(["threads"], Assert.Single(figures.Processes).Series.Keys);
        Assert.Equal([("cpu", "everything else on machine"), ("cpu", "load generator")], figures.Hotspots.Select(one => (one.By, one.Name)));
    }

    [Fact]
    public void A_process_that_was_not_read_during_the_measurement_is_left_out() =>
        Assert.Empty(Figures(("actor-host", Before, "")).Processes);

    private static SystemFigures Figures(params (string Service, string Before, string After)[] processes)
    {
        var readings = processes.Select((process, index) =>
        {
            var one = new ProcessReadings(
                new ObservedProcess($"{process.Service}-{index + 1}", process.Service, "machine", new Uri("http://127.0.0.1:1/metrics")));
            one.Add(process.Before, 0, double.PositiveInfinity);
            one.Restart();
            var series = new ProcessSeries();
            series.Add(one);
            if (one.Add(process.After, 10, 0) > 0)
            {
                series.Add(one);
            }

            return (one, series);
        }).ToList();
        var machine = new MachineFigures("machine", 4, 75, 0, 0, new Dictionary<string, IReadOnlyList<SeriesPoint>>());
        return SystemFiguresBuilder.Build(readings, [machine], 10, new GeneratorUse("machine", 0.3), []);
    }
}
