using System.Diagnostics.Metrics;
using Choir.Actors;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Telemetry.Support;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Choir.Tests.Unit.Actors.Telemetry;

/// <summary>Histograms that are counted in plain fields are exported as if each value had been recorded.</summary>
[Collection(Alone.Name)]
public sealed class BulkRecordingTests : IDisposable
{
    private const string AskTime = "ask.time";

    private static readonly TimeSpan[] Durations =
    [
        .. new long[] { 3, 10, 11, 40, 999, 1_000, 1_001, 30_000, 2_000_000, 45_000_000, 59_999_999, 60_000_001 }
            .Select(microseconds => TimeSpan.FromMicroseconds(microseconds)),
    ];

    private readonly CountedAsks _asks = new();
    private readonly Meter _meter = new($"test-{Guid.NewGuid()}");

    [Theory]
    [InlineData(MetricReaderTemporalityPreference.Cumulative)]
    [InlineData(MetricReaderTemporalityPreference.Delta)]
    public void Counted_values_are_exported_like_recorded_ones(MetricReaderTemporalityPreference temporality)
    {
        var reference = _meter.CreateSecondsHistogram("reference", "A test.");
        var (exported, other) = (new ExportedMetrics(), new ExportedMetrics());
        using var provider = Build(
            exported, metrics => other.AddTo(metrics.AddMeter(_meter.Name), MetricReaderTemporalityPreference.Cumulative), temporality);
        _asks.PassASecond();
        for (var round = 1; round <= 3; round++)
        {
            Assert.False(_asks.Histogram.IsDirect);
            _asks.Ask(Durations.Skip(round));
            foreach (var duration in Durations.Skip(round))
            {
                reference.Record(duration.TotalSeconds, new("actor.type", "A"), new("outcome", "ok"));
            }

            foreach (var all in new[] { exported.Collect(), other.Collect() })
            {
                var (one, two) = (Assert.Single(all.Of(AskTime)), Assert.Single(all.Of("reference")));
                Assert.Equal(two.Buckets, one.Buckets);
                Assert.Equal((two.Count, two.Range), (one.Count, one.Range));
                Assert.Equal(two.Value, one.Value, precision: 6);
            }
        }

        Assert.Equal(temporality == MetricReaderTemporalityPreference.Delta ? 0 : 30, exported.Collect().Of(AskTime).Sum(one => one.Count));
    }

    public static TheoryData<string, string[], bool> Views => new()
    {
        { "none", [AskTime], true },
        { "renames", ["renamed"], true },
        { "renames twice", ["renamed", "again"], true },
        { "drops all other instruments", [AskTime], true },
        { "limits the series", [AskTime], true },
        { "selects attributes", [AskTime], false },
        { "selects no attribute", [AskTime], false },
        { "changes the buckets", [AskTime], false },
        { "has no buckets", [AskTime], false },
        { "has exponential buckets", [AskTime], false },
        { "takes every value as exemplar", [AskTime], false },
    };

    [Theory]
    [MemberData(nameof(Views))]
    public void No_value_is_lost_whatever_a_view_does(string view, string[] streams, bool isBulk)
    {
        foreach (var temporality in new[] { MetricReaderTemporalityPreference.Cumulative, MetricReaderTemporalityPreference.Delta })
        {
            var exported = new ExportedMetrics();
            using var provider = Build(exported, metrics => Apply(view, metrics), temporality);
            var (count, sum) = (0L, 0.0);
            for (var round = 1; round <= 3; round++)
            {
                _asks.Ask(Durations);
                _asks.Ask(Durations, target: "AnotherActor");
                _asks.PassASecond();
                _asks.Ask(Durations, target: $"Actor{round}");
                var all = exported.Collect();
                Assert.Equal(isBulk, !_asks.Histogram.IsDirect);
                if (temporality == MetricReaderTemporalityPreference.Delta)
                {
                    (count, sum) = (0, 0);
                }

                count += 3 * Durations.Length;
                sum += 3 * Durations.Sum(duration => duration.TotalSeconds);
                Assert.All(streams, stream =>
                {
                    Assert.Equal(count, all.Of(stream).Sum(one => one.Count));
                    Assert.Equal(sum, all.Sum(stream), precision: 6);
                });
            }
        }
    }

    [Fact]
    public void Another_listener_gets_real_values_or_none()
    {
        var exported = new ExportedMetrics();
        using var provider = Build(exported);
        _asks.PassASecond();
        _asks.Ask(Durations);
        var heard = new List<double>();
        using (Listen(heard))
        {
            _asks.Ask(Durations);
            exported.Collect();
            Assert.Empty(heard);
            _asks.Ask(Durations);
            _asks.PassASecond();
            Assert.Equal(Durations.Select(duration => duration.TotalSeconds), heard);
        }

        _asks.PassASecond();
        Assert.False(_asks.Histogram.IsDirect);
        _asks.Ask(Durations);
        Assert.Equal(Durations.Length, heard.Count);
        Assert.Equal(4 * Durations.Length, exported.Collect().Of(AskTime).Sum(one => one.Count));
    }

    [Fact]
    public void The_reason_for_recording_singly_is_logged_once()
    {
        using var provider = Build(new ExportedMetrics());
        for (var attachment = 0; attachment < 3; attachment++)
        {
            using var listener = Listen([]);
            _asks.PassASecond();
            _asks.PassASecond();
        }

        Assert.Contains("a listener without AddChoirObservability or AddChoirActorsInstrumentation listens to ask.time", Assert.Single(_asks.Logged), StringComparison.Ordinal);
    }

    [Fact]
    public void A_provider_that_was_not_told_about_actors_gets_every_value_from_the_next_second()
    {
        var (told, untold) = (new ExportedMetrics(), new ExportedMetrics());
        using var provider = Build(told);
        _asks.PassASecond();
        var builder = Sdk.CreateMeterProviderBuilder().AddMeter(TelemetryNames.Meter);
        untold.AddTo(builder);
        using var other = builder.Build();
        _asks.PassASecond();
        _asks.Ask(Durations);
        Assert.All(
            new[] { told.Collect(), untold.Collect() }, all => Assert.Equal(Durations.Length, all.Of(AskTime).Sum(one => one.Count)));
    }

    [Fact]
    public void A_later_provider_gets_every_value_from_its_start()
    {
        var (first, second) = (new ExportedMetrics(), new ExportedMetrics());
        using var provider = Build(first);
        _asks.PassASecond();
        _asks.Ask(Durations);
        using (Build(second, metrics => metrics.AddView(AskTime, new ExplicitBucketHistogramConfiguration { Boundaries = [1] })))
        {
            _asks.Ask(Durations);
            Assert.Equal(Durations.Length, second.Collect().Of(AskTime).Sum(one => one.Count));
            _asks.Ask(Durations);
            Assert.Equal(2 * Durations.Length, second.Collect().Of(AskTime).Sum(one => one.Count));
        }

        _asks.PassASecond();
        Assert.False(_asks.Histogram.IsDirect);
        _asks.Ask(Durations);
        Assert.Equal(4 * Durations.Length, first.Collect().Of(AskTime).Sum(one => one.Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_last_values_are_exported_when_the_provider_or_the_actors_end(bool actorsFirst)
    {
        var exported = new ExportedMetrics();
        using (Build(exported))
        {
            _asks.PassASecond();
            _asks.Ask(Durations);
            if (actorsFirst)
            {
                _asks.Dispose();
            }
        }

        Assert.Equal(Durations.Length, exported.Read().Of(AskTime).Sum(one => one.Count));
    }

    [Fact]
    public void A_provider_that_exports_its_last_values_slowly_is_no_reason_to_log_and_the_next_is_counted_for()
    {
        var passed = 0;
        using (Build(new ExportedMetrics(), metrics => metrics.AddReader(new BaseExportingMetricReader(new AtShutdown(() =>
        {
            _asks.PassASecond();
            passed++;
        })))))
        {
            _asks.PassASecond();
            _asks.Ask(Durations);
        }

        Assert.Equal(1, passed);
        Assert.Empty(_asks.Logged);
        using var next = Build(new ExportedMetrics());
        _asks.PassASecond();
        Assert.False(_asks.Histogram.IsDirect);
    }

    [Fact]
    public void A_throwing_instrument_of_somebody_else_delays_values_but_loses_none()
    {
        var exported = new ExportedMetrics();
        using var provider = Build(exported, metrics => metrics.AddMeter(_meter.Name));
        _meter.CreateObservableGauge("broken", (Func<int>)(() => throw new InvalidOperationException("broken")));
        _asks.PassASecond();
        _asks.Ask(Durations);
        _asks.PassASecond();
        Assert.Equal(Durations.Length, exported.Collect().Of(AskTime).Sum(one => one.Count));
    }

    [Fact]
    public void Values_that_cannot_be_added_are_counted_and_the_next_ones_are_recorded_singly()
    {
        using var provider = Build(new ExportedMetrics(), metrics => metrics.AddMeter(_meter.Name));
        var buckets = Buckets.OfSize();
        var instrument = _meter.CreateHistogram("size", "By", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets.Bytes });
        var histogram = new CountedHistogram(instrument, buckets);
        histogram.Add(new HistogramSeries(buckets, tags: null!, total => total[0] += 7));
        Assert.Null(histogram.Look());
        Assert.False(histogram.IsDirect);

        histogram.Flush();
        Assert.Equal(7, histogram.Lost);
        Assert.NotNull(histogram.Look());
        Assert.True(histogram.IsDirect);
    }

    [Fact]
    public void Values_that_a_throwing_listener_kept_from_others_are_counted()
    {
        var exported = new ExportedMetrics();
        using var provider = Build(exported);
        var before = exported.Collect().Sum("telemetry.dropped", ("signal", "measurements"));
        using var listener = new MeterListener { InstrumentPublished = Enable };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => throw new InvalidOperationException("a listener"));
        listener.Start();
        _asks.PassASecond();
        _asks.Ask(Durations);
        Assert.Equal(before + Durations.Length, exported.Collect().Sum("telemetry.dropped", ("signal", "measurements")));
    }

    [Fact]
    public void Without_listeners_nothing_is_kept_for_one_that_comes_later()
    {
        _asks.Ask(Durations);
        _asks.PassASecond();
        _asks.Ask(Durations);
        var exported = new ExportedMetrics();
        using var provider = Build(exported);
        _asks.PassASecond();
        Assert.Empty(exported.Collect().Of(AskTime));
    }

    /// <summary>If this fails, read the remarks of <see cref="SdkMembers"/>.</summary>
    [Fact]
    public void This_version_of_OpenTelemetry_and_of_the_runtime_has_the_members_that_bulk_recording_uses()
    {
        Assert.True(
            SdkMembers.Found is not null,
            $"OpenTelemetry is not {SdkMembers.Version} or lacks a member: histograms would be recorded singly. See SdkMembers.");
        using var listener = Listen([]);
        Assert.True(Listeners.TryGet(_asks.Histogram.Instrument, out var listeners));
        Assert.Same(listener, Assert.Single(listeners).Listener);
    }

    [Fact]
    public void A_gauge_series_that_comes_later_or_again_starts_at_the_collection_before_and_ends_when_it_leaves()
    {
        var exported = new ExportedMetrics();
        using var provider = Build(exported, metrics => metrics.AddMeter(_meter.Name));
        List<string> ids = ["a"];
        var gauge = _meter.CreateObservableGauge("hot", () => ids.Select(id => new Measurement<int>(1, new KeyValuePair<string, object?>("id", id))));
        BulkRecording.Add([gauge]);
        var first = Assert.Single(exported.Collect().Of("hot")).End;
        ids[0] = "b";
        var other = Assert.Single(exported.Collect().Of("hot"));
        Assert.Equal(("b", first), (other["id"], other.Start));
        ids[0] = "a";
        Assert.Equal(("a", other.End), (Assert.Single(exported.Collect().Of("hot"))["id"], exported.Read().Of("hot")[0].Start));
        BulkRecording.Remove(_meter);
    }

    public void Dispose()
    {
        _meter.Dispose();
        _asks.Dispose();
    }

    private sealed class AtShutdown(Action action) : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;

        protected override bool OnShutdown(int timeoutMilliseconds)
        {
            action();
            return true;
        }
    }

    private static MeterProvider Build(
        ExportedMetrics exported,
        Action<MeterProviderBuilder>? configure = null,
        MetricReaderTemporalityPreference temporality = MetricReaderTemporalityPreference.Cumulative)
    {
        var builder = Sdk.CreateMeterProviderBuilder().AddChoirActorsInstrumentation();
        exported.AddTo(builder, temporality);
        configure?.Invoke(builder);
        return builder.Build();
    }

    private static void Apply(string view, MeterProviderBuilder metrics) => _ = view switch
    {
        "renames" => metrics.AddView(AskTime, "renamed"),
        "renames twice" => metrics.AddView(AskTime, "renamed").AddView(AskTime, "again"),
        "drops all other instruments" => metrics.AddView(one => one.Name == AskTime ? null : MetricStreamConfiguration.Drop),
        "limits the series" => metrics.AddView(AskTime, new MetricStreamConfiguration { CardinalityLimit = 2 }),
        "selects attributes" => metrics.AddView(AskTime, new MetricStreamConfiguration { TagKeys = ["actor.type"] }),
        "selects no attribute" => metrics.AddView(AskTime, new MetricStreamConfiguration { TagKeys = [] }),
        "changes the buckets" => metrics.AddView(AskTime, new ExplicitBucketHistogramConfiguration { Boundaries = [1, 10] }),
        "has no buckets" => metrics.AddView(AskTime, new ExplicitBucketHistogramConfiguration { Boundaries = [] }),
        "has exponential buckets" => metrics.AddView(AskTime, new Base2ExponentialBucketHistogramConfiguration()),
        "takes every value as exemplar" => metrics.SetExemplarFilter(ExemplarFilterType.AlwaysOn),
        _ => metrics,
    };

    private MeterListener Listen(List<double> heard)
    {
        var listener = new MeterListener { InstrumentPublished = Enable };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => heard.Add(value));
        listener.Start();
        return listener;
    }

    private void Enable(Instrument instrument, MeterListener listener)
    {
        if (ReferenceEquals(instrument, _asks.Histogram.Instrument))
        {
            listener.EnableMeasurementEvents(instrument);
        }
    }
}
