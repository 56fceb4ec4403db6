namespace Choir.LoadTest.Overhead.Measuring;

/// <summary>Reads a Prometheus endpoint at once and then every few seconds, as a Prometheus server does.</summary>
internal sealed class Scraper : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _reading = Task.CompletedTask;
    private CancellationTokenSource? _stopReading;

    /// <summary>The number of complete reads.</summary>
    public int Scrapes { get; private set; }

    /// <summary>Starts or restarts reading, with a read at once.</summary>
    public void Start(Uri endpoint)
    {
        _stopReading?.Cancel();
        _stopReading = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        _reading = ReadAsync(_reading, endpoint, _stopReading.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _stopReading?.Dispose();
        _stop.Dispose();
        _http.Dispose();
    }

    private async Task ReadAsync(Task before, Uri endpoint, CancellationToken cancellationToken)
    {
        await before;
        using var timer = new PeriodicTimer(Interval);
        try
        {
            do
            {
                // A restart does not cancel a read in progress.
                using var response = await _http.GetAsync(endpoint, _stop.Token);
                response.EnsureSuccessStatusCode();
                Scrapes++;
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // Stopped or restarted.
        }
        catch (HttpRequestException)
        {
            // The process has ended, which ChildProcess reports.
        }
    }
}
