using Choir.LoadTest.Profiles;
using Choir.LoadTest.Scenarios;
using Choir.ServiceDefaults.Http;

namespace Choir.LoadTest.Engine;

/// <summary>A scenario of a run.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Share">Its share of the operations, relative to the others.</param>
/// <param name="Scenario">What it does.</param>
internal sealed record RunScenario(string Name, double Share, IScenario Scenario);

/// <summary>
/// Starts operations at their intended times, whether earlier ones have ended or not. An operation that finds no free user waits;
/// its latency counts from its intended start all the same, so that a system that stands still is not measured too favourably.
/// </summary>
internal sealed class OpenModel : IDisposable
{
    /// <summary>What has waited for a free user for longer is not sent any more.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(10);

    private const int MaxWaiting = 100_000;

    private readonly IReadOnlyList<RunScenario> _scenarios;
    private readonly LoadProfile _profile;
    private readonly RunRecorder _recorder;
    private readonly RunClock _clock;
    private readonly Backlog _backlog;
    private readonly CancellationTokenSource _abort = new();
    private readonly double[] _shares;
    private long _number;

    public OpenModel(IReadOnlyList<RunScenario> scenarios, LoadProfile profile, RunRecorder recorder, RunClock clock)
    {
        (_scenarios, _profile, _recorder, _clock) = (scenarios, profile, recorder, clock);
        _backlog = new Backlog(profile.Users, MaxWaiting, MaxWait.TotalSeconds, NotSent);
        _shares = new double[scenarios.Count];
        var sum = 0.0;
        for (var index = 0; index < scenarios.Count; index++)
        {
            _shares[index] = sum += scenarios[index].Share;
        }
    }

    public int InFlight => _backlog.InFlight;

    public int Waiting => _backlog.Waiting;

    /// <summary>Starts the operations of a stage on a thread of its own, and ends with the stage.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="begin">Its begin in the time of the run.</param>
    /// <param name="stream">Another number for each stage, so that each has other random values.</param>
    /// <param name="cancellationToken">Ends it early; operations in flight continue.</param>
    public Task DispatchAsync(Stage stage, double begin, int stream, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            () => Dispatch(stage, begin, stream, cancellationToken),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    /// <summary>Waits until nothing is in flight; at most as long as an operation may take.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        // Every operation ends within its time-out, unless a scenario ignores its token.
        var limit = _clock.Now + _profile.Timeout.TotalSeconds + MaxWait.TotalSeconds + 1;
        while ((InFlight > 0 || Waiting > 0) && _clock.Now < limit)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), _clock.Time, cancellationToken);
        }
    }

    /// <summary>Gives up all operations that wait for a user.</summary>
    public void ClearWaiting() => _backlog.Clear();

    /// <summary>Ends all operations in flight; they are not counted.</summary>
    public Task AbortAsync() => _abort.CancelAsync();

    public void Dispose() => _abort.Dispose();

    private void Dispatch(Stage stage, double begin, int stream, CancellationToken cancellationToken)
    {
        var seed = SplitMix.Mix(SplitMix.Mix((ulong)(uint)_profile.Seed) + (ulong)(uint)stream);
        var choice = new SplitMix(~seed);
        foreach (var time in ArrivalSchedule.Of(stage, _profile.Arrivals, seed))
        {
            PreciseWait.Until(_clock, begin + time, cancellationToken);
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            Start(new DueOperation(Choose(choice.NextDouble()), _number++, begin + time));
        }

        PreciseWait.Until(_clock, begin + stage.Duration.TotalSeconds, cancellationToken);
    }

    private int Choose(double sample)
    {
        var index = Array.FindIndex(_shares, sum => sample * _shares[^1] < sum);
        return index < 0 ? _shares.Length - 1 : index;
    }

    private void Start(DueOperation operation)
    {
        _recorder.Due(operation.Scenario, operation.Due);
        if (_backlog.TryStart(operation, out var user))
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static work => _ = work.Model.RunUserAsync(work.User, work.Operation), (Model: this, User: user, Operation: operation), preferLocal: false);
        }
    }

    private async Task RunUserAsync(int user, DueOperation operation)
    {
        _recorder.StartDelay(operation.Due, _clock.Now - operation.Due);
        do
        {
            await RunOneAsync(user, operation);
        }
        while (_backlog.TryContinue(user, _clock.Now, out operation));
    }

    private async Task RunOneAsync(int user, DueOperation operation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_abort.Token);
        try
        {
            end.CancelAfter(_profile.Timeout);
            await _scenarios[operation.Scenario].Scenario.RunAsync(new Operation(user, operation.Number, _profile.Seed), end.Token);
            _recorder.Succeed(operation.Scenario, operation.Due, _clock.Now);
        }
        catch (Exception) when (_abort.IsCancellationRequested)
        {
            _recorder.Abandon(operation.Scenario, operation.Due);
        }
        catch (Exception) when (end.IsCancellationRequested)
        {
            Fail(ErrorCounts.Timeout, $"It took more than {DurationText.Format(_profile.Timeout)}.");
        }
        catch (Exception failure)
        {
            // Whatever a scenario throws is a result of the test.
            Fail(ErrorCounts.KindOf(failure), FailureReason.Of(failure));
        }

        void Fail(string kind, string message) => _recorder.Fail(operation.Scenario, operation.Due, _clock.Now, kind, message);
    }

    private void NotSent(DueOperation operation)
    {
        if (_abort.IsCancellationRequested)
        {
            _recorder.Abandon(operation.Scenario, operation.Due);
        }
        else
        {
            _recorder.Fail(
                operation.Scenario, operation.Due, _clock.Now, ErrorCounts.NotSent,
                $"All {_profile.Users} users were busy; it was not sent within {DurationText.Format(MaxWait)} or before the end of its step.");
        }
    }
}
