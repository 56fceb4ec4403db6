using Choir.LoadTest.Analysis;
using Choir.LoadTest.Profiles;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Engine;

/// <summary>One run of a load test: prepares, warms up, runs the stages, waits for the last answers, and reports.</summary>
internal sealed class LoadRun : IDisposable
{
    /// <summary>The most time that companions have to end.</summary>
    private static readonly TimeSpan CompanionTimeout = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(250);

    // Before the first operation, so that the thread that starts operations is there in time.
    private static readonly TimeSpan LeadTime = TimeSpan.FromMilliseconds(50);

    private readonly LoadProfile _profile;
    private readonly IReadOnlyList<RunScenario> _scenarios;
    private readonly string _target;
    private readonly Companions _companions;
    private readonly RunClock _clock;
    private readonly RunRecorder _recorder;
    private readonly OpenModel _model;
    private volatile string _phase = "preparing";
    private volatile Stage? _stage;
    private double _stageBegin;
    private int _stream;

    public LoadRun(
        LoadProfile profile, IReadOnlyList<RunScenario> scenarios, string target, IReadOnlyList<IRunCompanion> companions, TimeProvider time)
    {
        (_profile, _scenarios, _target) = (profile, scenarios, target);
        _companions = new Companions(companions);
        _clock = new RunClock(time);
        _recorder = new RunRecorder(scenarios.Count);
        _model = new OpenModel(scenarios, profile, _recorder, _clock);
    }

    /// <summary>The state now.</summary>
    public RunView View()
    {
        var now = _clock.Now;
        return new RunView(
            _phase, now, _profile.Duration.TotalSeconds, RateNow(now), _recorder.Recent(now),
            _model.InFlight, _model.Waiting, _profile.Users, _companions.Status);
    }

    /// <summary>Runs the test. If it is cancelled during the measurement, it reports what was measured.</summary>
    /// <exception cref="LoadTestException">A scenario could not be prepared.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before anything was measured.</exception>
    public async Task<LoadReport> RunAsync(CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken);
        _clock.StartIn(_profile.WarmUp + LeadTime);
        using var sampling = new CancellationTokenSource();
        var sampler = SampleAsync(sampling.Token);
        try
        {
            await WarmUpAsync(cancellationToken);
            var startedAt = _clock.Time.GetUtcNow();
            var cpuBefore = Environment.CpuUsage.TotalTime;
            _companions.Begin(cancellationToken);
            var search = _profile.Kind == ProfileKind.Stress ? await SearchAsync(cancellationToken) : null;
            if (search is null)
            {
                await RunStagesAsync(cancellationToken);
            }

            var seconds = search is null ? Math.Min(_clock.Now, _profile.Duration.TotalSeconds) : _clock.Now;
            var cores = (Environment.CpuUsage.TotalTime - cpuBefore).TotalSeconds / Math.Max(seconds, 0.001);
            _recorder.End(seconds);
            var interrupted = await EndAsync(cores, cancellationToken);
            var report = _recorder.Read(results => ReportBuilder.Build(
                new RunOutline(_profile, [.. _scenarios.Select(scenario => scenario.Name)], _target, startedAt, seconds, interrupted, cores, search), results));
            return ReportBuilder.Judge(_companions.AddTo(report), _companions.Notes);
        }
        finally
        {
            await sampling.CancelAsync();
            await sampler;
            await _model.AbortAsync();
        }
    }

    public void Dispose() => _model.Dispose();

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        foreach (var scenario in _scenarios)
        {
            _phase = $"preparing {scenario.Name}";
            try
            {
                await scenario.Scenario.PrepareAsync(cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                throw new LoadTestException($"The scenario \"{scenario.Name}\" could not be prepared: {failure.Message}", failure);
            }
        }
    }

    private async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        if (_profile.WarmUp > TimeSpan.Zero)
        {
            var rate = _profile.Stages[0].FromRate;
            await DispatchAsync(new Stage("warm-up", _profile.WarmUp, rate, rate), -_profile.WarmUp.TotalSeconds, cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task RunStagesAsync(CancellationToken cancellationToken)
    {
        var begin = 0.0;
        foreach (var stage in _profile.Stages)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            _recorder.BeginStage(stage, begin);
            await DispatchAsync(stage, begin, cancellationToken);
            begin += stage.Duration.TotalSeconds;
        }
    }

    // Each step begins with nothing in flight, so that a step that was too much for the system does not spoil the next one.
    private async Task<StressSearch> SearchAsync(CancellationToken cancellationToken)
    {
        var search = new StressSearch([.. _profile.Stages.Select(stage => stage.ToRate)], _profile.Refinements);
        var objectives = ObjectiveCheck.OfSteps(_profile);
        while (search.Next() is { } rate && !cancellationToken.IsCancellationRequested)
        {
            var stage = search.IsRising ? _profile.Stages[search.Risen]
                : _profile.Stages[0] with { Name = $"refinement {search.Refined + 1}", FromRate = rate, ToRate = rate };
            var begin = Math.Max(0, _clock.Now) + LeadTime.TotalSeconds;
            var recorder = _recorder.BeginStage(stage, begin);
            await DispatchAsync(stage, begin, cancellationToken);
            _model.ClearWaiting();
            await SettleAsync(cancellationToken);
            if (!cancellationToken.IsCancellationRequested)
            {
                search.Measured(rate, _recorder.Read(_ => ObjectiveCheck.Judge(objectives, recorder.Finder(_profile)).All(result => result.Met)));
            }
        }

        return search;
    }

    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _model.DrainAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The test ends here.
        }
    }

    private async Task DispatchAsync(Stage stage, double begin, CancellationToken cancellationToken)
    {
        (_phase, _stageBegin, _stage) = (stage.Name, begin, stage);
        await _model.DispatchAsync(stage, begin, _stream++, cancellationToken);
    }

    /// <summary>Waits for the last answers and the companions, and returns whether the test was ended early.</summary>
    private async Task<bool> EndAsync(double cores, CancellationToken cancellationToken)
    {
        (_phase, _stage) = ("waiting for the last answers", null);
        using var limit = new CancellationTokenSource(CompanionTimeout, _clock.Time);
        var companions = _companions.EndAsync(cores, limit.Token);
        var interrupted = cancellationToken.IsCancellationRequested;
        await SettleAsync(cancellationToken);
        if (cancellationToken.IsCancellationRequested)
        {
            // What is still in flight is not counted; each operation takes note of its cancellation at once.
            await _model.AbortAsync();
            _model.ClearWaiting();
            await _model.DrainAsync(limit.Token);
        }

        _phase = "reading the last figures";
        await companions;
        return interrupted;
    }

    private async Task SampleAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(SampleInterval, _clock.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                _recorder.Sample(_clock.Now, _model.InFlight);
            }
        }
        catch (OperationCanceledException)
        {
            // Ended.
        }
    }

    private double? RateNow(double now) =>
        _stage is { } stage
            ? stage.FromRate + ((stage.ToRate - stage.FromRate) * Math.Clamp((now - _stageBegin) / stage.Duration.TotalSeconds, 0, 1))
            : null;
}
