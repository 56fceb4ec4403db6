using Choir.LoadTest.Profiles;

namespace Choir.LoadTest.Engine;

/// <summary>
/// Counts every operation of a run: overall, by scenario, by stage and by time. Latencies and errors belong to the time at which
/// an operation was due; what is called a rate counts the operations that ended in a time. The warm-up has negative times.
/// </summary>
/// <param name="scenarios">The number of scenarios.</param>
internal sealed class RunRecorder(int scenarios)
{
    private const double TimelineSeconds = 1;
    private const int MaxTimelinePoints = 2_000;
    private const double BlockSeconds = 0.25;
    private const int MaxBlockIntervals = 400;

    private readonly Lock _gate = new();
    private readonly ScopeRecorder _all = new();
    private readonly ScopeRecorder[] _scenarios = [.. Enumerable.Range(0, scenarios).Select(_ => new ScopeRecorder())];
    private readonly IntervalSeries _timeline = new(TimelineSeconds, MaxTimelinePoints);
    private readonly IntervalSeries _blocks = new(BlockSeconds, MaxBlockIntervals);
    private readonly IntervalSeries[] _scenarioBlocks = [.. Enumerable.Range(0, scenarios).Select(_ => new IntervalSeries(BlockSeconds, MaxBlockIntervals))];
    private readonly List<StageRecorder> _stages = [];
    private readonly LatencyHistogram _startDelays = new(digits: 3);
    private readonly RecentWindow _recent = new();
    private double _end = double.PositiveInfinity;

    /// <summary>Begins a stage; operations that are due in it are counted apart.</summary>
    public StageRecorder BeginStage(Stage stage, double begin)
    {
        var recorder = new StageRecorder(stage, begin, scenarios);
        lock (_gate)
        {
            _stages.Add(recorder);
        }

        return recorder;
    }

    /// <summary>Ends the measured time: what ends later does not count for a rate.</summary>
    public void End(double time)
    {
        lock (_gate)
        {
            _end = Math.Max(0, time);
            foreach (var stage in _stages)
            {
                stage.End = Math.Clamp(stage.End, stage.Begin, Math.Max(stage.Begin, time));
            }
        }
    }

    public void Due(int scenario, double due) => Count(due, scenario, 1);

    /// <summary>An operation that was ended with the run counts as if it had never been due.</summary>
    public void Abandon(int scenario, double due) => Count(due, scenario, -1);

    /// <summary>An operation has started although a user was free from its due time on.</summary>
    public void StartDelay(double due, double delay)
    {
        if (due >= 0)
        {
            lock (_gate)
            {
                _startDelays.Add(Math.Max(0, delay));
            }
        }
    }

    public void Succeed(int scenario, double due, double now)
    {
        var latency = Math.Max(0, now - due);
        lock (_gate)
        {
            _recent.Succeed(now, latency);
            if (now >= 0 && now < _end)
            {
                _all.Completed++;
                _scenarios[scenario].Completed++;
                _timeline.At(now).Completed++;
                _blocks.At(now).Completed++;
                _scenarioBlocks[scenario].At(now).Completed++;
                if (StageAt(now) is { } current)
                {
                    current.All.Completed++;
                    current.Scenarios[scenario].Completed++;
                }
            }

            if (due < 0)
            {
                return;
            }

            _all.Succeed(latency);
            _scenarios[scenario].Succeed(latency);
            _timeline.At(due).Latency.Add(latency);
            _blocks.At(due).Latency.Add(latency);
            _scenarioBlocks[scenario].At(due).Latency.Add(latency);
            if (StageAt(due) is { } stage)
            {
                stage.All.Succeed(latency);
                stage.Scenarios[scenario].Succeed(latency);
            }
        }
    }

    public void Fail(int scenario, double due, double now, string kind, string? example)
    {
        lock (_gate)
        {
            _recent.Fail(now);
            if (due < 0)
            {
                return;
            }

            _all.Errors.Add(kind, example);
            _scenarios[scenario].Errors.Add(kind, example);
            _timeline.At(due).Errors++;
            _blocks.At(due).Errors++;
            _scenarioBlocks[scenario].At(due).Errors++;
            if (StageAt(due) is { } stage)
            {
                stage.All.Errors.Add(kind, example);
                stage.Scenarios[scenario].Errors.Add(kind, example);
            }
        }
    }

    /// <summary>Notes how many operations are in flight now.</summary>
    public void Sample(double now, int inFlight)
    {
        lock (_gate)
        {
            if (now >= 0 && now < _end)
            {
                _timeline.At(now).InFlight = inFlight;
            }
        }
    }

    /// <summary>What the last seconds were like.</summary>
    public RecentFigures Recent(double now)
    {
        lock (_gate)
        {
            return _recent.Figures(now);
        }
    }

    /// <summary>Reads the results, when nothing is counted any more.</summary>
    public T Read<T>(Func<RunResults, T> reader)
    {
        lock (_gate)
        {
            return reader(new RunResults(_all, _scenarios, _timeline, _blocks, _scenarioBlocks, _stages, _startDelays));
        }
    }

    private void Count(double due, int scenario, int count)
    {
        if (due < 0)
        {
            return;
        }

        lock (_gate)
        {
            _all.Due += count;
            _scenarios[scenario].Due += count;
            _timeline.At(due).Due += count;
            _blocks.At(due).Due += count;
            _scenarioBlocks[scenario].At(due).Due += count;
            if (StageAt(due) is { } stage)
            {
                stage.All.Due += count;
                stage.Scenarios[scenario].Due += count;
            }
        }
    }

    // Nearly always one of the last.
    private StageRecorder? StageAt(double time) => _stages.FindLast(stage => stage.Contains(time));
}

/// <summary>Everything that a <see cref="RunRecorder"/> has counted.</summary>
internal sealed record RunResults(
    ScopeRecorder All,
    IReadOnlyList<ScopeRecorder> Scenarios,
    IntervalSeries Timeline,
    IntervalSeries Blocks,
    IReadOnlyList<IntervalSeries> ScenarioBlocks,
    IReadOnlyList<StageRecorder> Stages,
    LatencyHistogram StartDelays);
