using System.Diagnostics;
using System.Diagnostics.Metrics;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Tests.Support;
using Choir.Tests.Unit.Actors.Support;
using Choir.Tests.Unit.Actors.Telemetry.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Choir.Tests.Integration.Actors.Telemetry;

/// <summary>Failures of telemetry do not affect message handling.</summary>
[Collection(Alone.Name)]
public sealed class FailingTelemetryTests
{
    public enum Callback
    {
        Sample,
        Started,
        Stopped,
        Exception,
    }

    [Fact]
    public async Task Messages_are_handled_without_listeners()
    {
        await using var cluster = await ActorCluster.StartAsync(configure: LowThresholds);
        await AssertMessagesAreHandledAsync(cluster);
    }

    [Fact]
    public async Task Messages_are_handled_if_a_log_provider_throws()
    {
        var provider = new ThrowingProvider();
        await using var cluster = await ActorCluster.StartAsync(configure: LowThresholds, configureSilo: silo =>
            silo.Services.AddLogging(logging => logging.AddProvider(provider).AddFilter("Choir", LogLevel.Trace)));
        provider.IsBroken = true;
        await AssertMessagesAreHandledAsync(cluster);
        Assert.InRange(provider.Thrown, 10, int.MaxValue);
    }

    [Fact]
    public async Task A_host_starts_is_inspected_and_stops_if_a_log_provider_throws_from_the_start()
    {
        var provider = new ThrowingProvider { IsBroken = true };
        await using (var cluster = await ActorCluster.StartAsync(configureSilo: silo =>
            silo.Services.AddLogging(logging => logging.AddProvider(provider).AddFilter<ThrowingProvider>("Choir", LogLevel.Trace))))
        {
            Assert.InRange(provider.Thrown, 1, int.MaxValue);
            await cluster.AskAsync(nameof(ProbeActor), "a", "DO");
            var inspection = cluster.Cluster.Client.ServiceProvider.GetRequiredService<IActorInspection>();
            var view = await inspection.ActorAsync(new ActorAddress(nameof(ProbeActor), "a"), TestContext.Current.CancellationToken);
            Assert.NotNull(view.Live);
            await cluster.Cluster.StopAllSilosAsync(TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData(Callback.Sample)]
    [InlineData(Callback.Started)]
    [InlineData(Callback.Stopped)]
    [InlineData(Callback.Exception)]
    public async Task Messages_are_handled_if_an_activity_listener_throws(Callback callback)
    {
        var thrown = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TelemetryNames.ActivitySource,
            Sample = (ref _) => Throws(Callback.Sample) ? ActivitySamplingResult.None : ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = _ => Throws(Callback.Started),
            ActivityStopped = _ => Throws(Callback.Stopped),
            ExceptionRecorder = (_, _, ref _) => Throws(Callback.Exception),
        };
        ActivitySource.AddActivityListener(listener);
        await using var cluster = await ActorCluster.StartAsync(configure: LowThresholds);
        await AssertMessagesAreHandledAsync(cluster);
        Assert.InRange(thrown, 1, int.MaxValue);
        Assert.Null(Activity.Current);

        bool Throws(Callback here)
        {
            if (here == callback)
            {
                Interlocked.Increment(ref thrown);
                throw new InvalidOperationException("a listener");
            }

            return false;
        }
    }

    [Fact]
    public async Task Messages_are_handled_if_a_meter_listener_throws()
    {
        var thrown = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == TelemetryNames.Meter)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => Throw());
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => Throw());
        listener.Start();
        await using var cluster = await ActorCluster.StartAsync(configure: LowThresholds);
        await AssertMessagesAreHandledAsync(cluster);
        Assert.InRange(thrown, 10, int.MaxValue);

        void Throw()
        {
            Interlocked.Increment(ref thrown);
            throw new InvalidOperationException("a listener");
        }
    }

    [Fact]
    public async Task A_hanging_metric_exporter_blocks_neither_messages_nor_other_readers()
    {
        var exported = new ExportedMetrics();
        using var hanging = new HangingExporter();
        await using (var cluster = await ActorCluster.StartAsync(configure: LowThresholds, configureSilo: silo => exported.AddTo(
            silo, metrics => metrics.AddReader(_ => new PeriodicExportingMetricReader(hanging, exportIntervalMilliseconds: 10)))))
        {
            await Eventually.HoldsAsync("the exporter to hang", () => hanging.Hangs);
            await AssertMessagesAreHandledAsync(cluster);
            Assert.Equal(5, exported.Collect().Sum(
                "actor.messages", ("actor.type", nameof(ProbeActor)), ("message.type", "DO"), ("outcome", "ok")));
            var processing = exported.Collect().Of("actor.message.processing", ("actor.type", nameof(ProbeActor)), ("message.type", "DO"));
            Assert.Equal(5, Assert.Single(processing).Count);
            Assert.True(hanging.Hangs);
            hanging.Release();
        }
    }

    // Thresholds at which everything is logged at once.
    private static void LowThresholds(ActorOptions options)
    {
        options.QueueWarning = 1;
        options.FailuresBeforeRestart = 3;
        options.RestartBackoff = TimeSpan.FromMilliseconds(1);
    }

    private static async Task AssertMessagesAreHandledAsync(ActorCluster cluster)
    {
        const string Probe = nameof(ProbeActor);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("REPLY", (await cluster.AskAsync(Probe, "a", "DO", options: new SendOptions { IsUpkeep = i > 0 })).Type);
        }

        Assert.Equal("REPLY", (await cluster.AskAsync(Probe, "a", "WRITE", new Note("kept"))).Type);
        Assert.Equal("kept", cluster.Storage.Read<ProbeState>(Probe, "a").Text);
        Assert.Equal(ErrorCodes.InvalidData, (await cluster.AskAsync(Probe, "a", "WRITE", new { text = 1 })).Error().Code);
        Assert.Equal(ErrorCodes.UnknownMessageType, (await cluster.AskAsync(Probe, "a", "MADE_UP")).Error().Code);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(ErrorCodes.HandlerFailed, (await cluster.AskAsync(Probe, "a", "FAIL")).Error().Code);
        }

        // The actor is restarted and handles messages again.
        Assert.Equal("REPLY", (await cluster.AskAsync(Probe, "a", "DO")).Type);
        cluster.Storage.Overwrite(Probe, "a", new ProbeState("another's"));
        Assert.Equal(ErrorCodes.HandlerFailed, (await cluster.AskAsync(Probe, "a", "WRITE", new Note("stale"))).Error().Code);
        Assert.Equal("REPLY", (await cluster.AskAsync(Probe, "a", "DO")).Type);

        // A queue that exceeds its warning threshold.
        var gate = Guid.NewGuid().ToString("n");
        var held = cluster.AskAsync(Probe, "held", "HOLD", new Work(gate));
        await Eventually.HoldsAsync("the actor to be busy", () => Gates.Of(gate).Arrived == 1);
        var waiting = Enumerable.Range(0, 8).Select(_ => cluster.AskAsync(Probe, "held", "READ_NOTHING")).ToList();
        waiting.AddRange(Enumerable.Range(0, 8).Select(_ => cluster.AskAsync(Probe, "held", "HOLD", new Work(gate))));
        await Eventually.HoldsAsync("all messages to wait", () => cluster.TypeOf(Probe).QueueLength == 8);
        Gates.Of(gate).Open();
        Assert.Equal("REPLY", (await held).Type);
        Assert.Equal(8, (await Task.WhenAll(waiting)).Count(reply => !reply.IsError));

        // A deadlock, a message without a handler, a chain of asks and a timer.
        var relay = Guid.NewGuid().ToString("n");
        Gates.Of(relay).Open();
        Assert.Equal(
            ErrorCodes.Deadlock, (await cluster.AskAsync(nameof(RelayActor), "x", "RELAY", new Relay(["y", "x"], relay))).Error().Code);
        cluster.Tell(Probe, "a", "LOST");
        Assert.Equal(DeadLetterReasons.NoHandler, (await cluster.DeadLetters.OfAsync("LOST")).Reason);
        Assert.Equal(
            ["1", "2", "3"],
            (await cluster.AskAsync(nameof(HopActor), "1", "HOP", new Hop(["2", "3"]))).Read<Hopped[]>().Select(hop => hop.Id));
        Assert.Equal("REPLY", (await cluster.AskAsync(nameof(HopActor), "1", "ARM", new Arm(relay))).Type);
        await Eventually.HoldsAsync("the timer's messages", () => Gates.Of(relay).Notes.Count == 2);
        await Assert.ThrowsAsync<ActorUnavailableException>(() => cluster.AskAsync(Probe, "broken", "DO"));
        Assert.Equal("REPLY", (await cluster.AskAsync(Probe, "a", "DO")).Type);
    }

    private sealed class ThrowingProvider : ILoggerProvider
    {
        private int _thrown;

        public bool IsBroken { get; set; }

        public int Thrown => Volatile.Read(ref _thrown);

        public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName.StartsWith("Choir", StringComparison.Ordinal));

        public void Dispose()
        {
        }

        private sealed class Logger(ThrowingProvider provider, bool throws) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel)
            {
                ThrowIfBroken();
                return throws;
            }

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                ThrowIfBroken();

            private void ThrowIfBroken()
            {
                if (throws && provider.IsBroken)
                {
                    Interlocked.Increment(ref provider._thrown);
                    throw new InvalidOperationException("a log provider");
                }
            }
        }
    }

    private sealed class HangingExporter : BaseExporter<Metric>
    {
        private readonly ManualResetEventSlim _release = new();

        public bool Hangs { get; private set; }

        public void Release() => _release.Set();

        public override ExportResult Export(in Batch<Metric> batch)
        {
            Hangs = true;
            _release.Wait();
            return ExportResult.Success;
        }

        protected override void Dispose(bool disposing)
        {
            _release.Set();
            base.Dispose(disposing);
        }
    }
}
