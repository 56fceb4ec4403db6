using System.Diagnostics;
using System.Globalization;
using Choir.LoadTest.Costs.Reading;
using Choir.LoadTest.Costs.Recording;
using Choir.LoadTest.Reports.Model;

namespace Choir.LoadTest.Costs;

/// <summary>Profiles processes on this machine while something else puts load on them.</summary>
internal sealed class CostProfiler : IAsyncDisposable
{
    /// <summary>The most processes that are profiled at a time.</summary>
    public const int MaxProcesses = 16;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("choir-costs-");
    private readonly List<Recorded> _recorded = [];
    private readonly List<string> _notes = [];

    private CostProfiler()
    {
    }

    /// <summary>Whether at least one process is profiled.</summary>
    public bool IsRunning => _recorded.Count > 0;

    /// <summary>What could not be profiled so far, in plain sentences.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Begins to profile. A process that cannot be profiled is noted.</summary>
    /// <param name="processes">The processes.</param>
    /// <param name="notes">What is known to be missing already.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static async Task<CostProfiler> StartAsync(
        IReadOnlyList<ProfiledProcess> processes, IEnumerable<string> notes, CancellationToken cancellationToken)
    {
        var profiler = new CostProfiler();
        try
        {
            profiler._notes.AddRange(notes);
            profiler._notes.AddRange(processes.Skip(MaxProcesses).Select(process =>
                $"{process.Name} was not profiled: at most {MaxProcesses} processes are."));
            foreach (var process in processes.Take(MaxProcesses))
            {
                await profiler.StartAsync(process, cancellationToken);
            }

            return profiler;
        }
        catch
        {
            await profiler.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for a time, or until no process is recorded any more.</summary>
    public async Task WaitAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = Task.Delay(duration, TimeProvider.System, ended.Token);
        await Task.WhenAny(waiting, Task.WhenAll(_recorded.Select(recorded => recorded.Session.Ended)));
        await ended.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Ends the recording. What was recorded is read by <see cref="FinishAsync"/>.</summary>
    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_recorded.Select(recorded => recorded.StopAsync(cancellationToken)));

    /// <summary>Ends the recording unless it has ended, and reads it.</summary>
    /// <param name="output">The folder for the files for speedscope; null for none.</param>
    /// <param name="progress">Is told what is being done, because it can take a minute.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<CostFigures> FinishAsync(DirectoryInfo? output, Action<string> progress, CancellationToken cancellationToken)
    {
        progress("Ending the profile …");
        await StopAsync(cancellationToken);
        var profiles = new List<(ProcessCost, ProcessProfile)>();
        foreach (var recorded in _recorded)
        {
            progress($"Reading the profile of {recorded.Process.Name} …");
            if (recorded.Session.Problem is { } problem)
            {
                _notes.Add($"The profile of {recorded.Process.Name} is not complete: {problem}.");
            }

            try
            {
                profiles.Add(await Task.Run(() => Read(recorded, output, cancellationToken), cancellationToken));
            }
            catch (CostException failed)
            {
                _notes.Add($"{recorded.Process.Name} has no profile. {failed.Message}");
            }
        }

        return CostAnalysis.Of(profiles, _notes);
    }

    /// <summary>Ends the profile if it is running, and removes the recordings.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var recorded in _recorded)
        {
            await recorded.DisposeAsync();
        }

        _recorded.Clear();
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // The system clears its temporary folder.
        }
    }

    private async Task StartAsync(ProfiledProcess process, CancellationToken cancellationToken)
    {
        try
        {
            var file = Path.Combine(_folder.FullName, string.Create(CultureInfo.InvariantCulture, $"{process.Id}.nettrace"));
            _recorded.Add(new Recorded(process, await TraceSession.StartAsync(process.Id, file, cancellationToken)));
        }
        catch (CostException failed)
        {
            _notes.Add(failed.Message);
        }
    }

    private static (ProcessCost Process, ProcessProfile Profile) Read(Recorded recorded, DirectoryInfo? output, CancellationToken cancellationToken)
    {
        var profile = new ProcessProfile(TraceReader.Read(recorded.Session.File, cancellationToken), recorded.CpuSeconds);
        string? name = null;
        if (output is not null)
        {
            name = $"costs-{SafeName(recorded.Process.Name)}.speedscope.json";
            try
            {
                output.Create();
                using var file = File.Create(Path.Combine(output.FullName, name));
                SpeedscopeFile.Write(recorded.Process.Name, profile.Stacks, file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CostException($"Its stacks could not be written to {output.FullName}: {e.Message}");
            }
        }

        var process = new ProcessCost(
            recorded.Process.Name, recorded.Process.Id, profile.CpuSeconds, profile.AllocatedBytes, profile.Samples, name);
        return (process, profile);
    }

    /// <summary>A name as a part of a file's name.</summary>
    internal static string SafeName(string name)
    {
        var safe = string.Concat(name.Take(100).Select(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.' ? character : '_'));
        return safe.Trim('.') is { Length: > 0 } trimmed ? trimmed : "process";
    }

    private sealed class Recorded(ProfiledProcess process, TraceSession session) : IAsyncDisposable
    {
        private readonly double _cpuAtStart = CpuOf(process.Id) ?? 0;
        private bool _isStopped;

        public ProfiledProcess Process { get; } = process;

        public TraceSession Session { get; } = session;

        public double CpuSeconds { get; private set; }

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            if (_isStopped)
            {
                return;
            }

            _isStopped = true;

            // Before the end, at which the runtime writes the names of all methods.
            CpuSeconds = (CpuOf(Process.Id) ?? _cpuAtStart) - _cpuAtStart;
            await Session.StopAsync(cancellationToken);
        }

        public ValueTask DisposeAsync() => Session.DisposeAsync();

        private static double? CpuOf(int id)
        {
            try
            {
                using var process = System.Diagnostics.Process.GetProcessById(id);
                return process.TotalProcessorTime.TotalSeconds;
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                return null;
            }
        }
    }
}
