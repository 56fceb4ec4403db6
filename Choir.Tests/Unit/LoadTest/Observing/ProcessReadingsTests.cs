using Choir.LoadTest.Observing;
using Choir.LoadTest.Observing.Metrics;

namespace Choir.Tests.Unit.LoadTest.Observing;

public class ProcessReadingsTests
{
    private const string Messages = """actor_messages_total{actor_type="a",message_type="m",outcome="ok"}""";
    private const double Begin = 1_000_000;

    private readonly ProcessReadings _process = new(new ObservedProcess("host-1", "actor-host", "machine", new Uri("http://127.0.0.1:1/metrics")));

    [Fact]
    public void Only_the_increase_since_the_begin_counts()
    {
        Add(100, 0);
        Add(140, 0);
        _process.Restart();
        Assert.Equal(0, Increase);
        Add(150, 2);
        Add(175, 4);
        Assert.Equal(35, Increase);
        Assert.Equal(4, _process.Seconds);
    }

    [Fact]
    public void A_counter_that_falls_has_begun_at_zero()
    {
        Add(100, 0);
        _process.Restart();
        Add(130, 2);
        Add(20, 4);
        Assert.Equal(50, Increase);
    }

    [Fact]
    public void A_restart_is_noticed_even_if_the_counters_are_higher_than_before()
    {
        Add(100, 0, started: 10);
        _process.Restart();
        Add(500, 2, started: Begin + 1);
        Assert.Equal(500, Increase);
        Assert.Equal(1, _process.Restarts);
    }

    [Fact]
    public void A_series_that_appears_later_has_begun_at_zero()
    {
        _process.Add("process_start_time_seconds 10\n", 0, Begin);
        _process.Restart();
        Add(30, 2);
        Assert.Equal(30, Increase);
    }

    [Fact]
    public void What_a_process_counted_before_it_was_seen_counts_only_if_it_started_within_the_measurement()
    {
        var early = new ProcessReadings(_process.Process);
        early.Add(Text(30, 10), 20, Begin);
        Assert.Equal(0, early.Increase(WantedMetrics.Messages));

        var late = new ProcessReadings(_process.Process);
        late.Add(Text(30, Begin + 15), 20, Begin);
        Assert.Equal(30, late.Increase(WantedMetrics.Messages));
        Assert.Equal(5, late.Seconds);
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("+Inf")]
    [InlineData("-5")]
    public void An_impossible_value_is_left_out(string value)
    {
        Add(100, 0);
        _process.Restart();
        _process.Add($"{Messages} {value}\n", 2, Begin);
        Add(110, 4);
        Assert.Equal(10, Increase);
    }

    [Fact]
    public void Of_too_many_series_the_first_are_kept()
    {
        var text = string.Concat(Enumerable.Range(0, ProcessReadings.MaxSeries + 10)
            .Select(index => $"actor_messages_total{{actor_type=\"t{index}\"}} 1\n"));
        _process.Add(text, 1, Begin);
        Assert.Equal(ProcessReadings.MaxSeries, _process.All.Count());
        Assert.True(_process.IsCut);
    }

    [Fact]
    public void A_gauge_is_the_sum_of_its_series_in_the_latest_reading()
    {
        _process.Add("""
            message_queue_length{actor_type="a"} 3
            message_queue_length{actor_type="b"} 4
            """, 1, Begin);
        Assert.Equal(7, _process.Latest(WantedMetrics.QueueLength));
        _process.Add("""message_queue_length{actor_type="b"} 5""", 2, Begin);
        Assert.Equal(5, _process.Latest(WantedMetrics.QueueLength));
        Assert.Null(_process.Latest(WantedMetrics.WorkingSet));
    }

    private double Increase => _process.Increase(WantedMetrics.Messages);

    private void Add(int messages, double at, double started = 10) => _process.Add(Text(messages, started), at, Begin);

    private static string Text(int messages, double started) =>
        FormattableString.Invariant($"# TYPE actor_messages_total counter\n{Messages} {messages} 1764444444000\nprocess_start_time_seconds{{otel_scope_name=\"x\"}} {started}\n");
}
