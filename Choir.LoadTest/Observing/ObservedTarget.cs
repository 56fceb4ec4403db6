using Choir.LoadTest.Observing.Metrics;

namespace Choir.LoadTest.Observing;

/// <summary>One process of the system while it is observed.</summary>
/// <param name="process">The process.</param>
internal sealed class ObservedTarget(ObservedProcess process)
{
    private readonly MetricsReader _reader = new();
    private int _asked, _failed;
    private string? _lastFailure;

    /// <summary>Its readings.</summary>
    public ProcessReadings Readings { get; } = new(process);

    /// <summary>Its values over time.</summary>
    public ProcessSeries Series { get; private set; } = new();

    /// <summary>Whether the gateway lists it.</summary>
    public bool IsListed { get; set; } = true;

    /// <summary>Whether it answered the last time.</summary>
    public bool Answered { get; private set; }

    /// <summary>Why it could not be asked for a part of the time; null if it could be asked always.</summary>
    public string? Unreachable => (_failed, Readings.IsCut) switch
    {
        (> 0, _) => $"{process.Name} ({process.Service}) did not answer {_failed} of {_asked} times: {_lastFailure}.",
        (0, true) => $"{process.Name} ({process.Service}) has more than {ProcessReadings.MaxSeries:N0} series; the others are not in these figures.",
        _ => null,
    };

    /// <summary>Reads its metrics once.</summary>
    /// <param name="http">The client.</param>
    /// <param name="timeout">The most time that it may take.</param>
    /// <param name="clock">Gives the seconds from the begin of the measurement when it has answered.</param>
    /// <param name="begin">The begin of the measurement, in seconds since 1970.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task ReadAsync(
        HttpClient http, TimeSpan timeout, Func<double> clock, double begin, TimeProvider time, CancellationToken cancellationToken)
    {
        _asked++;
        Answered = false;
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            // The values are those of about the middle of the request.
            var asked = clock();
            var text = await _reader.ReadAsync(http, Readings.Process.Address, either.Token);
            if (Readings.Add(text.Span, (asked + clock()) / 2, begin) == 0)
            {
                throw new ObservationException("its answer has none of Choir's metrics");
            }

            Series.Add(Readings);
            Answered = true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Fail($"no answer within {timeout.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or ObservationException)
        {
            Fail(e is ObservationException ? e.Message : "it cannot be reached");
        }
    }

    /// <summary>The measurement begins now.</summary>
    public void Restart()
    {
        Readings.Restart();
        (_asked, _failed, Series) = (0, 0, new ProcessSeries());
        if (Answered)
        {
            Series.Add(Readings);
        }
    }

    /// <summary>The longest queue of any of its actors, and the actor's type.</summary>
    public (double Length, string Type)? LongestQueue() => Readings.LatestSeries(WantedMetrics.LongestQueue)
        .OrderByDescending(series => series.Value)
        .Select(series => ((double, string)?)(series.Value, series.Labels.Key))
        .FirstOrDefault();

    private void Fail(string reason) => (_failed, _lastFailure) = (_failed + 1, reason);
}
