using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Choir.Observability;

/// <summary>The histograms that have a value for each message.</summary>
/// <remarks>
/// What was counted is added to the SDK before each collection (<see cref="BulkProvider"/>) and once a second, which also finds
/// listeners that came or left.
/// </remarks>
internal sealed class MessageHistograms : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly ActorTelemetry _telemetry;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly CountedHistogram[] _all;
    private readonly ITimer _timer;
    private readonly HashSet<string> _logged = [];

    public MessageHistograms(ActorTelemetry telemetry, Meter meter, TimeProvider time, ILogger logger)
    {
        (_telemetry, _logger) = (telemetry, logger);
        var (times, sizes) = (telemetry.Layout.Times, telemetry.Layout.Sizes);
        Processing = new(meter.CreateSecondsHistogram("actor.message.processing", "Time in the handler of a message."), times);
        QueueTime = new(
            meter.CreateSecondsHistogram(
                "message.queue.time",
                "Time from sending a message to the start of its handler. Between processes it includes how much longer the transport took than that of the fastest message."),
            times);
        Size = new(meter.CreateSizeHistogram("message.size", "Size of a message's data."), sizes);
        AskTime = new(
            meter.CreateSecondsHistogram(
                "ask.time", "Time from asking to the reply, at the sender; to the end of the handler if both are actors of one process. Calls of ordinary grains are in it only where ObserveCallers is set."),
            times);
        _all = [Processing, QueueTime, Size, AskTime];
        BulkRecording.Add(this);
        _timer = time.CreateTimer(static self => ((MessageHistograms)self!).Flush(), this, Period, Period);
    }

    public CountedHistogram Processing { get; }

    public CountedHistogram QueueTime { get; }

    public CountedHistogram Size { get; }

    public CountedHistogram AskTime { get; }

    /// <summary>Whether each value of any of them must be recorded.</summary>
    public bool IsAnyDirect { get; private set; } = true;

    /// <summary>Values that could not be added to the SDK.</summary>
    public long Lost => _all.Sum(histogram => histogram.Lost);

    /// <summary>Prepares the series of a message kind.</summary>
    public void Add(MessageKind kind)
    {
        var layout = _telemetry.Layout;
        lock (_gate)
        {
            AddSeries(Processing, layout.Processing);
            if (!kind.IsCall)
            {
                AddSeries(QueueTime, layout.Queue);
                AddSeries(Size, layout.Size);
            }
        }

        void AddSeries(CountedHistogram histogram, int offset) => histogram.Add(new HistogramSeries(histogram.Buckets, kind.Tags, total =>
        {
            foreach (var cells in _telemetry.Cells.All)
            {
                if (cells.KindOrNull(kind.Index) is { } counts)
                {
                    CellHistogram.AddTo(total, counts, offset, histogram.Buckets);
                }
            }
        }));
    }

    /// <summary>Records each value from now on, until it is known what listens.</summary>
    public void Suspend()
    {
        lock (_gate)
        {
            IsAnyDirect = true;
            Array.ForEach(_all, histogram => histogram.Suspend());
        }
    }

    /// <summary>Adds what was counted since the last call to the SDK, and finds out what listens now. Does not throw.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Telemetry that fails must not affect its caller.")]
    public void Flush()
    {
        try
        {
            lock (_gate)
            {
                AddAsks();
                Array.ForEach(_all, histogram => histogram.Flush());
                Log(_all.Select(histogram => histogram.Look()).ToArray());
                IsAnyDirect = Array.Exists(_all, histogram => histogram.IsDirect);
            }
        }
        catch (Exception)
        {
            // Look and the log are all that can fail. Values are recorded one by one, which always works.
            Suspend();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        Flush();
        BulkRecording.Remove(this);
    }

    private void AddAsks()
    {
        foreach (var ask in _telemetry.Asks.All[AskTime.SeriesCount..])
        {
            var index = AskTime.SeriesCount;
            AskTime.Add(new HistogramSeries(AskTime.Buckets, ask.Tags, total =>
            {
                foreach (var cells in _telemetry.Cells.All)
                {
                    if (cells.AskOrNull(index) is { } counts)
                    {
                        CellHistogram.AddTo(total, counts, 0, AskTime.Buckets);
                    }
                }
            }));
        }
    }

    // Once for each reason, and only if bulk recording was asked for.
    private void Log(string?[] doubts)
    {
        if (BulkRecording.IsWanted && Array.Find(doubts, doubt => doubt is not null) is { } reason && _logged.Add(reason))
        {
            _logger.HistogramsRecordedSingly(reason);
        }
    }
}
