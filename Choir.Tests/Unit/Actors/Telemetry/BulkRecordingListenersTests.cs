using System.Diagnostics.Metrics;
using Choir.Actors;
using Choir.Observability;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Telemetry.Support;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Choir.Tests.Unit.Actors.Telemetry;

/// <summary>Meter providers and listeners that come and leave while values are counted in plain fields.</summary>
[Collection(Alone.Name)]
public sealed class BulkRecordingListenersTests : BulkRecordingTestBase
{
    [Fact]
    public void Another_listener_gets_real_values_or_none()
    {
        var exported = new ExportedMetrics();
        using var provider = Build(exported);
        Asks.PassASecond();
        Asks.Ask(Durations);
        var heard = new List<double>();
        using (Listen(heard))
        {
            Asks.Ask(Durations);
            exported.Collect();
            Assert.Empty(heard);
            Asks.Ask(Durations);
            Asks.PassASecond();
            Assert.Equal(Durations.Select(duration => duration.TotalSeconds), heard);
        }

        Asks.PassASecond();
        Assert.False(Asks.Histogram.IsDirect);
        Asks.Ask(Durations);
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
            Asks.PassASecond();
            Asks.PassASecond();
        }

        Assert.Contains("a listener without AddChoirObservability or AddChoirActorsInstrumentation listens to ask.time", Assert.Single(Asks.Logged), StringComparison.Ordinal);
    }

    [Fact]
    public void A_provider_that_was_not_told_about_actors_gets_every_value_from_the_next_second()
    {
        var (told, untold) = (new ExportedMetrics(), new ExportedMetrics());
        using var provider = Build(told);
        Asks.PassASecond();
        var builder = Sdk.CreateMeterProviderBuilder().AddMeter(TelemetryNames.Meter);
        untold.AddTo(builder);
        using var other = builder.Build();
        Asks.PassASecond();
        Asks.Ask(Durations);
        Assert.All(
            new[] { told.Collect(), untold.Collect() }, all => Assert.Equal(Durations.Length, all.Of(AskTime).Sum(one => one.Count)));
    }

    [Fact]
    public void A_later_provider_gets_every_value_from_its_start()
    {
        var (first, second) = (new ExportedMetrics(), new ExportedMetrics());
        using var provider = Build(first);
        Asks.PassASecond();
        Asks.Ask(Durations);
        using (Build(second, metrics => metrics.AddView(AskTime, new ExplicitBucketHistogramConfiguration { Boundaries = [1] })))
        {
            Asks.Ask(Durations);
            Assert.Equal(Durations.Length, second.Collect().Of(AskTime).Sum(one => one.Count));
            Asks.Ask(Durations);
            Assert.Equal(2 * Durations.Length, second.Collect().Of(AskTime).Sum(one => one.Count));
        }

        Asks.PassASecond();
        Assert.False(Asks.Histogram.IsDirect);
        Asks.Ask(Durations);
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
            Asks.PassASecond();
            Asks.Ask(Durations);
            if (actorsFirst)
            {
                Asks.Dispose();
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
            Asks.PassASecond();
            passed++;
        })))))
        {
            Asks.PassASecond();
            Asks.Ask(Durations);
        }

        Assert.Equal(1, passed);
        Assert.Empty(Asks.Logged);
        using var next = Build(new ExportedMetrics());
        Asks.PassASecond();
        Assert.False(Asks.Histogram.IsDirect);
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
        Asks.PassASecond();
        Asks.Ask(Durations);
        Assert.Equal(before + Durations.Length, exported.Collect().Sum("telemetry.dropped", ("signal", "measurements")));
    }

    [Fact]
    public void Without_listeners_nothing_is_kept_for_one_that_comes_later()
    {
        Asks.Ask(Durations);
        Asks.PassASecond();
        Asks.Ask(Durations);
        var exported = new ExportedMetrics();
        using var provider = Build(exported);
        Asks.PassASecond();
        Assert.Empty(exported.Collect().Of(AskTime));
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
}
