using BenchmarkDotNet.Attributes;
using Choir.Actors;
using Choir.Actors.Messaging;
using Choir.LoadTest.Overhead.Scenarios;
using Choir.Observability;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Choir.LoadTest.Pieces;

/// <summary>The cost of counting a handled message, and of its steps, in a running host.</summary>
[MemoryDiagnoser]
public class MessageCounting
{
    private const long OtherProcess = 1;

    private IHost _host = null!;
    private ActorTelemetry _telemetry = null!;
    private ProcessClock _clock = null!;
    private Actor _actor = null!;
    private MessageKind _kind = null!;
    private ActorMessage _message = null!;
    private ActorMessage _remoteMessage = null!;
    private long[] _cells = null!;
    private Turn _turn;
    private long _time;

    /// <summary>Starts a host with one activated actor.</summary>
    [GlobalSetup]
    public async Task StartAsync()
    {
        _host = Silos.ActorsAlone();
        await _host.StartAsync();
        var services = _host.Services;
        await services.GetRequiredService<IActorClient>().Ask(new ActorAddress(MeasuredActor.TypeName, "a"), Payload.Type, Payload.Data);
        _telemetry = services.GetRequiredService<ActorTelemetry>();
        _clock = services.GetRequiredService<ProcessClock>();
        _actor = (Actor)_telemetry.Types.Single(type => type.Name == MeasuredActor.TypeName).Live.Find("a")!;
        _kind = Array.Find(_telemetry.Kinds.ToArray(), kind => kind.MessageType == Payload.Type)!;
        _cells = _telemetry.Cells.Current().OfKind(_kind);
        _message = Stamp(_clock);
        _remoteMessage = Stamp(new ProcessClock(TimeProvider.System) { Owner = OtherProcess });
        _turn = _clock.Begin(_message);
    }

    /// <summary>The number of counted messages of the benchmark's kind.</summary>
    internal long Counted => _telemetry.Metrics.CountOf(_kind);

    /// <summary>Stops the host.</summary>
    [GlobalCleanup]
    public async Task StopAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    /// <summary>Everything that is counted for a message: flow, histograms, hot actors, flight recorder.</summary>
    [Benchmark(Baseline = true)]
    public void Handled() =>
        _telemetry.Handled(_actor, _kind, _message, _turn, new TurnEnd(_turn.Started + 100, Outcome.Ok));

    /// <summary>The start of a turn: reads the clock and computes the queue time.</summary>
    [Benchmark]
    public long Begin() => _clock.Begin(_message).Queue;

    /// <summary>The arrival and the start of a turn of a message from another process, with <see cref="ClockSkew"/>.</summary>
    [Benchmark]
    public long BeginRemote() => _clock.Begin(_remoteMessage, _clock.ArrivalOf(_remoteMessage)).Queue;

    /// <summary>Counts a value in one histogram.</summary>
    [Benchmark]
    public void Histogram() =>
        CellHistogram.Add(_cells, _telemetry.Layout.Processing, _telemetry.Layout.Times, _time = (_time + 997) & 0xFFFFF);

    /// <summary>Fills and publishes a record of the flight recorder.</summary>
    [Benchmark]
    public void Record()
    {
        ref var record = ref _telemetry.Recorder.Next(_telemetry.Cells.Current(), out var sequence);
        record.MessageId = _message.Id;
        record.Started = _turn.Started;
        record.ActorId = "a";
        record.Outcome = Outcome.Ok;
        _telemetry.Recorder.Written(ref record, sequence, failed: false);
    }

    private static ActorMessage Stamp(ProcessClock clock) => clock.Stamp(
        Payload.Type, Payload.Data, default, Guid.Empty, Guid.Empty, default, TimeSpan.FromSeconds(90), expectsReply: true);
}
