using System.Globalization;

namespace Choir.AppHost.LoadTests;

/// <summary>The load test that runs or that starts next, one at a time.</summary>
/// <param name="folder">Where each run gets a folder for its reports.</param>
/// <param name="time">The clock.</param>
internal sealed class LoadTestRuns(string folder, TimeProvider time)
{
    private readonly Lock _changing = new();
    private LoadTestRequest? _requested;
    private string _output = "";

    /// <summary>The folder of the run that was requested or started last; empty before the first one.</summary>
    public string Output
    {
        get
        {
            lock (_changing)
            {
                return _output;
            }
        }
    }

    /// <summary>Requests a test, which the next start of the resource runs. False if another one is requested.</summary>
    public bool TryRequest(LoadTestRequest request)
    {
        lock (_changing)
        {
            if (_requested is not null)
            {
                return false;
            }

            _requested = request;
            _output = NewFolder(request);
            return true;
        }
    }

    /// <summary>The requested test has ended.</summary>
    public void End()
    {
        lock (_changing)
        {
            _requested = null;
        }
    }

    /// <summary>The arguments of a start: of the requested test, or of the default one.</summary>
    public IReadOnlyList<string> Start()
    {
        lock (_changing)
        {
            // Aspire may ask more than once for one start.
            if (_requested is { } requested)
            {
                return requested.Arguments(_output);
            }

            _output = NewFolder(LoadTestRequest.Default);
            return LoadTestRequest.Default.Arguments(_output);
        }
    }

    private string NewFolder(LoadTestRequest request) => Path.Combine(
        folder, $"{time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH-mm-ss", CultureInfo.InvariantCulture)}-{request.Profile}");
}
