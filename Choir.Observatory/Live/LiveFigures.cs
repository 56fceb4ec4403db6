using System.Diagnostics.CodeAnalysis;
using Choir.Actors;
using Choir.Actors.Inspection;
using Choir.Observatory.Api;
using Choir.Observatory.Api.Problems;
using Choir.Observatory.History;
using Choir.Observatory.Why;
using Microsoft.Extensions.Logging;

namespace Choir.Observatory.Live;

/// <summary>
/// Reads the cluster for all open pages at once: each second while a page is open, otherwise every five seconds for the history only.
/// </summary>
[SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever fails in one reading, the next one is made.")]
internal sealed class LiveFigures(IServiceProvider services, IActorInspection inspection, ObservatoryOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly MessageFilter LatestFailures = new(FailedOnly: true, Limit: 100);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly List<Action> _viewers = [];
    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly ApplicationReadings _application = new(new ApplicationSources(options, time), time, logger);
    private readonly ClusterRules _rules = new(services, inspection, time, logger);
    private readonly StallWatch _stalls = new();
    private TaskCompletionSource _viewerCame = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;
    private Task _sources = Task.CompletedTask;
    private long _recordedAt;
    private DateTimeOffset _failedSince;
    private bool _isUnanswered;
    private (long At, WhyView View)? _asked;

    /// <summary>The last reading that succeeded; null if there was none yet.</summary>
    public ClusterSnapshot? Current { get; private set; }

    /// <summary>Why the last reading failed, for people; null if it succeeded.</summary>
    public string? Problem { get; private set; }

    /// <summary>The figures of the last hour.</summary>
    public HistoryStore History { get; } = new(time);

    /// <summary>What stands out in the last reading.</summary>
    public WhyView? Why { get; private set; }

    /// <summary>The alerts as of the last reading; null if the application has none to show.</summary>
    public ObservatoryAlertList? Alerts => _application.Alerts;

    /// <summary>The alerts that have ended.</summary>
    public AlertHistory AlertHistory => _application.AlertHistory;

    /// <summary>The health of components as of the last reading.</summary>
    public IReadOnlyList<ObservatoryComponent> Health => _application.Health;

    /// <summary>The health of components over the last hour.</summary>
    public HealthHistory HealthHistory => _application.HealthHistory;

    /// <summary>The same for the inspection routes and assistants.</summary>
    public HealthHistoryView HealthHistoryView => new(time.GetUtcNow(), HealthHistory.Read());

    /// <summary>Further facts of the application.</summary>
    public IReadOnlyList<ObservatoryFact> Facts => _application.Facts;

    /// <summary>What the application adds.</summary>
    public ApplicationSources Sources => _application.Sources;

    /// <summary>What changed in the cluster lately.</summary>
    public ClusterEvents Events { get; } = new(time);

    public void Start() => _running = Task.Run(RunAsync);

    public void Stop()
    {
        _stopping.Cancel();
        _running.Wait(TimeSpan.FromSeconds(1));
    }

    /// <summary>Calls back after each reading, until the subscription is disposed of.</summary>
    public IDisposable Subscribe(Action changed)
    {
        lock (_gate)
        {
            _viewers.Add(changed);
            _viewerCame.TrySetResult();
        }

        return new Subscription(() =>
        {
            lock (_gate)
            {
                _viewers.Remove(changed);
            }
        });
    }

    /// <summary>What stands out now. Reads the cluster unless that was done within the last second.</summary>
    /// <exception cref="InspectionUnavailableException">No host answers.</exception>
    public async Task<WhyView> WhyAsync(CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_asked is { } asked && time.GetElapsedTime(asked.At) < Interval)
            {
                return asked.View;
            }

            var view = Explain(await LookAsync(watched: true, cancellationToken).ConfigureAwait(false));
            _asked = (time.GetTimestamp(), view);
            return view;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _asking.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested && !IsDisposed(services))
        {
            Action[] viewers;
            Task came;
            lock (_gate)
            {
                viewers = [.. _viewers];
                if (viewers.Length == 0 && _viewerCame.Task.IsCompleted)
                {
                    _viewerCame = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                came = _viewerCame.Task;
            }

            await ReadFiguresAsync(watched: viewers.Length > 0).ConfigureAwait(false);
            Array.ForEach(viewers, Call);
            try
            {
                // A page that opens does not wait for the next reading of the history.
                await (viewers.Length > 0 ? Task.Delay(Interval, time, _stopping.Token) : came.WaitAsync(HistoryStore.Step, time, _stopping.Token))
                    .ConfigureAwait(false);
            }
            catch (Exception e) when (e is TimeoutException or OperationCanceledException)
            {
            }
        }
    }

    /// <summary>Makes one reading, and waits for the sources too: for tests, which have no time for the loop.</summary>
    public async Task ReadAsync(bool watched)
    {
        await ReadFiguresAsync(watched).ConfigureAwait(false);
        await _sources.ConfigureAwait(false);
    }

    // Sources of the application and rules may take seconds, as while the database does not answer: the figures do not wait for them.
    private async Task ReadFiguresAsync(bool watched)
    {
        var began = time.GetUtcNow();
        try
        {
            var token = _stopping.Token;
            _sources = _sources.IsCompleted ? ReadSourcesAsync(watched, token) : _sources;
            var snapshot = await LookAsync(watched, token).ConfigureAwait(false);
            NamePause(snapshot.At);
            Current = snapshot;
            Events.Compare(Current.Hosts);
            Why = Explain(Current);
            if (Problem is not null)
            {
                logger.ReadsAgain();
                Problem = null;
            }

            if (_recordedAt == 0 || time.GetElapsedTime(_recordedAt) >= HistoryStore.Step - (Interval / 2))
            {
                _recordedAt = time.GetTimestamp();
                SnapshotHistory.Record(History, Current);
            }
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested)
        {
            if (Problem is null)
            {
                logger.ReadFailed(e.Message);
                _failedSince = began;
            }

            (Problem, _isUnanswered) = e is InspectionUnavailableException ? ("No actor host answers.", true) : ("The actor hosts cannot be read.", false);
        }
        catch (Exception)
        {
            // The application stops.
        }
    }

    // Afterwards, only a gap in the history shows that nothing was read, and not why.
    private void NamePause(DateTimeOffset until)
    {
        if (Current is not { } before)
        {
            return;
        }

        if (Problem is not null)
        {
            var (kind, what) = _isUnanswered ? (ClusterEventKind.Silence, "No actor host answered") : (ClusterEventKind.Host, "The actor hosts could not be read");
            Events.AddPause(kind, what, _failedSince, until);
        }
        else if (until - before.At > HistoryStore.MaxPause)
        {
            Events.AddPause(ClusterEventKind.Host, "The actor hosts were not read", before.At, until);
        }
    }

    private async Task ReadSourcesAsync(bool watched, CancellationToken token)
    {
        try
        {
            await Task.WhenAll(_application.ReadAsync(watched, token), _rules.ReadAsync(Events, token)).ConfigureAwait(false);
        }
        catch (Exception) when (token.IsCancellationRequested)
        {
            // The application stops. Whatever else fails, they say themselves.
        }
    }

    private WhyView Explain(ClusterSnapshot snapshot)
    {
        var unhealthy = Health.Where(one => one.Status == HealthStatus.Unhealthy).Select(one => one.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return WhyEngine.Explain(snapshot, History, _stalls.Observe(snapshot, unhealthy), Events.Latest);
    }

    private async Task<ClusterSnapshot> LookAsync(bool watched, CancellationToken token)
    {
        var (types, flow, hosts) = (inspection.TypesAsync(token), inspection.FlowAsync(token), inspection.HostsAsync(token));
        var stuck = watched ? inspection.StuckAsync(token) : null;
        var failures = watched ? inspection.MessagesAsync(LatestFailures, token) : null;
        Task[] asked = [types, flow, hosts, .. stuck is null ? [] : new Task[] { stuck, failures! }];
        try
        {
            await Task.WhenAll(asked).ConfigureAwait(false);
        }
        catch (InspectionUnavailableException) when (Array.Exists(asked, static one => one.IsCompletedSuccessfully))
        {
            // A host has answered another of these questions: it lives.
            throw ApiProblemException.Unavailable(ErrorCodes.ActorUnavailable, "The actor hosts could not be read completely. Try again.");
        }

        var suspects = await Suspects.ReadAsync(inspection, await types, token).ConfigureAwait(false);
        return new ClusterSnapshot(
            time.GetUtcNow(), await types, await flow, await hosts, stuck is null ? null : await stuck, failures is null ? null : await failures, suspects);
    }

    // An application that is disposed of without being stopped does not say so.
    private static bool IsDisposed(IServiceProvider services)
    {
        try
        {
            services.GetService(typeof(TimeProvider));
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    private void Call(Action viewer)
    {
        try
        {
            viewer();
        }
        catch (Exception e)
        {
            logger.ReadFailed(e.Message);
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
