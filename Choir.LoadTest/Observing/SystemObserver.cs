using System.Net;
using Choir.LoadTest.Observing.Metrics;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Observing;

/// <summary>
/// Reads the metrics of all processes of a running Choir, which it finds through its gateway, every few seconds. Processes may come, go,
/// restart, and answer late or not at all: the figures then say so. Nothing of it can fail a load test.
/// </summary>
/// <example><code>
/// await using var observer = SystemObserver.Start(gateway, profile.WarmUp + profile.Duration, TimeProvider.System);
/// // … the warm-up, which observer.Current shows …
/// await observer.BeginAsync(cancellationToken);
/// // … the measurement …
/// await observer.EndAsync(cancellationToken);
/// SystemFigures? system = observer.ToFigures(new GeneratorUse(Environment.MachineName, cores));
/// </code></example>
public sealed class SystemObserver : IAsyncDisposable
{
    /// <summary>The shortest time between two readings.</summary>
    public static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10), ListInterval = TimeSpan.FromSeconds(10);

    private readonly Uri _gateway;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<(string Name, Uri Address), ObservedTarget> _targets = [];
    private readonly Task _reading;
    private Dictionary<string, MachineSeries> _machines = new(StringComparer.Ordinal);
    private long _begin;
    private double _seconds;
    private double _beginSeconds = double.PositiveInfinity;
    private long? _listed;
    private string? _listFailure;
    private bool _isCut;
    private volatile SystemNow? _current;

    internal SystemObserver(Uri gateway, TimeSpan interval, TimeProvider time, HttpMessageHandler handler)
    {
        (_gateway, _time, _begin) = (gateway, time, time.GetTimestamp());
        // Each request has its own limit of time.
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _reading = ReadPeriodicallyAsync(interval);
    }

    /// <summary>The latest state; null before the first reading.</summary>
    public SystemNow? Current => _current;

    /// <summary>Starts reading, at once and then every few seconds.</summary>
    /// <param name="gateway">The address of the gateway.</param>
    /// <param name="expected">The length of the run: with longer ones the readings are less frequent.</param>
    /// <param name="time">The clock.</param>
    public static SystemObserver Start(Uri gateway, TimeSpan expected, TimeProvider time) => new(
        gateway,
        IntervalFor(expected),
        time,
        // No redirects: only the addresses of the list are asked.
        new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None });

    /// <summary>The time between two readings: at most <see cref="SeriesRecorder.MaxPoints"/> in a run.</summary>
    internal static TimeSpan IntervalFor(TimeSpan expected) => TimeSpan.FromTicks(
        Math.Clamp(expected.Ticks / SeriesRecorder.MaxPoints, MinInterval.Ticks, TimeSpan.FromMinutes(5).Ticks));

    /// <summary>Begins the measurement: what was counted before does not count.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _listed = null;
            await ReadAllAsync(cancellationToken);
            (_begin, _beginSeconds) = (_time.GetTimestamp(), (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds);
            _machines = new Dictionary<string, MachineSeries>(StringComparer.Ordinal);
            foreach (var target in _targets.Values)
            {
                target.Restart();
            }

            Conclude(0);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends the measurement with a last reading.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        // A reading in progress is given up for this one.
        await _stop.CancelAsync();
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _listed = null;
            await ReadAllAsync(cancellationToken);
            _seconds = SecondsSinceBegin();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The figures between <see cref="BeginAsync"/> and <see cref="EndAsync"/>.</summary>
    /// <param name="generator">The load generator's own use of its machine; null if it is unknown.</param>
    /// <returns>The figures; null if no process could be read.</returns>
    public SystemFigures? ToFigures(GeneratorUse? generator) => _targets.Values.Any(target => target.Readings.Seconds > 0)
        ? SystemFiguresBuilder.Build(
            [.. _targets.Values.Select(target => (target.Readings, target.Series))],
            [.. _machines.Values.Select(machine => machine.ToFigures())],
            _seconds,
            generator,
            [.. Problems()])
        : null;

    /// <summary>What could not be read, in plain sentences.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var target in _targets.Values)
        {
            if (target.Unreachable is { } problem)
            {
                yield return problem;
            }
        }

        if (_listFailure is not null)
        {
            yield return $"The list of processes could not be read to the end: {_listFailure}.";
        }

        if (_isCut)
        {
            yield return $"There were more than {MetricsTargets.MaxProcesses} processes; the others are not in these figures.";
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _http.Dispose();
        _stop.Dispose();
        _turn.Dispose();
    }

    private async Task ReadPeriodicallyAsync(TimeSpan interval)
    {
        using var timer = new PeriodicTimer(interval, _time);
        try
        {
            do
            {
                await _turn.WaitAsync(_stop.Token);
                try
                {
                    await ReadAllAsync(_stop.Token);
                }
                finally
                {
                    _turn.Release();
                }
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // Ended.
        }
    }

    private async Task ReadAllAsync(CancellationToken cancellationToken)
    {
        await ListAsync(cancellationToken);
        await Task.WhenAll(_targets.Values
            .Where(target => target.IsListed)
            .Select(target => target.ReadAsync(_http, ReadTimeout, SecondsSinceBegin, _beginSeconds, _time, cancellationToken)));
        Conclude(SecondsSinceBegin());
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        if (_listed is { } last && _time.GetElapsedTime(last) < ListInterval)
        {
            return;
        }

        using var limit = new CancellationTokenSource(ReadTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var listed = await MetricsTargets.ListAsync(_http, _gateway, either.Token);
            (_listed, _listFailure) = (_time.GetTimestamp(), null);
            foreach (var target in _targets.Values)
            {
                target.IsListed = false;
            }

            foreach (var process in listed)
            {
                var key = (process.Name, process.Address);
                if (_targets.TryGetValue(key, out var known))
                {
                    known.IsListed = true;
                }
                else if (_targets.Count < MetricsTargets.MaxProcesses)
                {
                    _targets[key] = new ObservedTarget(process);
                }
                else
                {
                    _isCut = true;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _listFailure = $"GET /metrics/targets was not answered within {ReadTimeout.TotalSeconds:0} s";
        }
        catch (Exception e) when (e is HttpRequestException or IOException or ObservationException)
        {
            // The processes that are known are asked further.
            _listFailure = e is ObservationException ? e.Message : "the gateway cannot be reached";
        }
    }

    /// <summary>Adds the readings up by machine, and for the display.</summary>
    private void Conclude(double at)
    {
        var answered = _targets.Values.Where(target => target is { IsListed: true, Answered: true }).ToList();
        foreach (var host in answered.GroupBy(target => target.Readings.Process.Host, StringComparer.Ordinal))
        {
            if (!_machines.TryGetValue(host.Key, out var machine))
            {
                _machines[host.Key] = machine = new MachineSeries(host.Key);
            }

            machine.Add(at, [.. host.Select(target => target.Readings)]);
        }

        var queue = answered.Select(target => target.LongestQueue()).OfType<(double Length, string Type)>()
            .OrderByDescending(one => one.Length)
            .Select(one => ((double Length, string Type)?)one)
            .FirstOrDefault();
        _current = new SystemNow(
            answered.Count,
            Sum(answered.Select(target => target.Series.Cores)),
            _machines.Values.Select(machine => machine.CpuPercent).Max(),
            Sum(answered.Select(target => target.Readings.Latest(WantedMetrics.WorkingSet))),
            queue?.Length,
            queue is { Length: > 0 } longest ? longest.Type : null);
    }

    private double SecondsSinceBegin() => _time.GetElapsedTime(_begin).TotalSeconds;

    private static double? Sum(IEnumerable<double?> values)
    {
        var known = values.OfType<double>().ToList();
        return known.Count == 0 ? null : known.Sum();
    }
}
