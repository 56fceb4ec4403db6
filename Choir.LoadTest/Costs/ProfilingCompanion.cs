using Choir.LoadTest.Costs.Recording;
using Choir.LoadTest.Engine;
using Choir.LoadTest.Observing;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Costs;

/// <summary>Profiles the processes of the system beside a load test (<c>--profile</c>).</summary>
/// <param name="gateway">The address of the gateway, which lists the processes.</param>
internal sealed class ProfilingCompanion(Uri gateway) : IRunCompanion
{
    /// <summary>The longest profile. A longer one shows nothing more, and is large.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _ended = new();
    private DirectoryInfo? _files;
    private CostProfiler? _profiler;
    private Task _profiling = Task.CompletedTask;
    private CostFigures? _costs;

    /// <inheritdoc/>
    public string Name => "The profiler";

    /// <inheritdoc/>
    public string? Status => _profiling.IsCompleted ? null : "profiling";

    /// <inheritdoc/>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = Timeout };
        var listed = await MetricsTargets.ListAsync(http, gateway, cancellationToken);
        var (found, missing) = await ProcessFinder.FindAsync([.. listed.Select(process => process.Name)], cancellationToken);
        _profiler = await CostProfiler.StartAsync(found, missing, cancellationToken);
        _profiling = ProfileAsync(_profiler);
    }

    /// <inheritdoc/>
    public async Task EndAsync(double generatorCores, CancellationToken cancellationToken)
    {
        await _ended.CancelAsync();
        await _profiling;
        if (_profiler is not null)
        {
            _files = Directory.CreateTempSubdirectory("choir-profile-");
            _costs = await _profiler.FinishAsync(_files, _ => { }, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public LoadReport AddTo(LoadReport report) => _costs is null ? report : report with
    {
        Costs = _costs,
        System = report.System is { } system ? system with { Hotspots = [.. system.Hotspots, .. CostHotspots.Of(_costs)] } : null,
    };

    /// <summary>Moves the files for speedscope into the folder of the report, which is known after the run.</summary>
    public void MoveFilesTo(DirectoryInfo output)
    {
        if (_files is null)
        {
            return;
        }

        output.Create();
        foreach (var file in _files.GetFiles())
        {
            file.MoveTo(Path.Combine(output.FullName, file.Name), overwrite: true);
        }

        _files.Delete();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _profiling;
        if (_profiler is not null)
        {
            await _profiler.DisposeAsync();
        }

        _ended.Dispose();
    }

    private async Task ProfileAsync(CostProfiler profiler)
    {
        try
        {
            await profiler.WaitAsync(Longest, _ended.Token);
        }
        catch (OperationCanceledException)
        {
            // The measurement is shorter.
        }

        await profiler.StopAsync(CancellationToken.None);
    }
}
