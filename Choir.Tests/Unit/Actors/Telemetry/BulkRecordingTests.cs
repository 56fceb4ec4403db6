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
public sealed class BulkRecordingTests : BulkRecordingTestBase
{
    [Theory]
    [InlineData(MetricReaderTemporalityPreference.Cumulative)]
    [InlineData(MetricReaderTemporalityPreference.Delta)]
    public void Counted_values_are_exported_like_recorded_ones(MetricReaderTemporalityPreference temporality)
    {
        var reference = Meter.CreateSecondsHistogram("reference", "A test.");
        var (exported, other) = (new ExportedMetrics(), new ExportedMetrics());
        using var provider = Build(
            exported, metrics => other.AddTo(metrics.AddMeter(Meter.Name), MetricReaderTemporalityPreference.Cumulative), temporality);
        Asks.PassASecond();
        for (var round = 1; round <= 3; round++)
        {
            Assert.False(Asks.Histogram.IsDirect);
            Asks.Ask(Durations.Skip(round));
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
                Asks.Ask(Durations);
                Asks.Ask(Durations, target: "AnotherActor");
                Asks.PassASecond();
                Asks.Ask(Durations, target: $"Actor{round}");
                var all = exported.Collect();
                Assert.Equal(isBulk, !Asks.Histogram.IsDirect);
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
    public void A_throwing_instrument_of_somebody_else_delays_values_but_loses_none()
    {
        var exported = new ExportedMetrics();
        using var provider = Build(exported, metrics => metrics.AddMeter(Meter.Name));
        Meter.CreateObservableGauge("broken", (Func<int>)(() => throw new InvalidOperationException("broken")));
        Asks.PassASecond();
        Asks.Ask(Durations);
        Asks.PassASecond();
        Assert.Equal(Durations.Length, exported.Collect().Of(AskTime).Sum(one => one.Count));
    }

    [Fact]
    public void Values_that_cannot_be_added_are_counted_and_the_next_ones_are_recorded_singly()
    {
        using var provider = Build(new ExportedMetrics(), metrics => metrics.AddMeter(Meter.Name));
        var buckets = Buckets.OfSize();
        var instrument = Meter.CreateHistogram("size", "By", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets.Bytes });
        var histogram = new CountedHistogram(instrument, buckets);
        histogram.Add(new HistogramSeries(buckets, tags: null!, total => total[0] += 7));
        Assert.Null(histogram.Look());
        Assert.False(histogram.IsDirect);

        histogram.Flush();
        Assert.Equal(7, histogram.Lost);
        Assert.NotNull(histogram.Look());
        Assert.True(histogram.IsDirect);
    }

    /// <summary>If this fails, read the remarks of <see cref="SdkMembers"/>.</summary>
    [Fact]
    public void This_version_of_OpenTelemetry_and_of_the_runtime_has_the_members_that_bulk_recording_uses()
    {
        Assert.True(
            SdkMembers.Found is not null,
            $"OpenTelemetry is not {SdkMembers.Version} or lacks a member: histograms would be recorded singly. See SdkMembers.");
        using var listener = Listen([]);
        Assert.True(Listeners.TryGet(Asks.Histogram.Instrument, out var listeners));
        Assert.Same(listener, Assert.Single(listeners).Listener);
    }

    [Fact]
    public void A_gauge_series_that_comes_later_or_again_starts_at_the_collection_before_and_ends_when_it_leaves()
    {
        var exported = new ExportedMetrics();
        using var provider = Build(exported, metrics => metrics.AddMeter(Meter.Name));
        List<string> ids = ["a"];
        var gauge = Meter.CreateObservableGauge("hot", () => ids.Select(id => new Measurement<int>(1, new KeyValuePair<string, object?>("id", id))));
        BulkRecording.Add([gauge]);
        var first = Assert.Single(exported.Collect().Of("hot")).End;
        ids[0] = "b";
        var other = Assert.Single(exported.Collect().Of("hot"));
        Assert.Equal(("b", first), (other["id"], other.Start));
        ids[0] = "a";
        Assert.Equal(("a", other.End), (Assert.Single(exported.Collect().Of("hot"))["id"], exported.Read().Of("hot")[0].Start));
        BulkRecording.Remove(Meter);
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
}
