using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Choir.LoadTest.Scaling;

/// <summary>A program that was started, whose output is read, and which is ended when this is disposed.</summary>
internal sealed class ChildCommand : IAsyncDisposable
{
    // The last lines explain a failure.
    private const int KeptLines = 30;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly TimeProvider _time;
    private readonly Action<string> _line;
    private readonly Queue<string> _last = new();

    private ChildCommand(ProcessStartInfo start, Action<string> line, TimeProvider time)
    {
        (_line, _time) = (line, time);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, received) => Keep(received.Data);
        _process.ErrorDataReceived += (_, received) => Keep(received.Data);
    }

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The last lines of its output.</summary>
    public string LastLines
    {
        get
        {
            lock (_last)
            {
                return string.Join('\n', _last);
            }
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Additional environment variables.</param>
    /// <param name="line">Gets each line of its output; called by other threads, one at a time.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ScalingException">There is no such program.</exception>
    public static ChildCommand Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, Action<string> line, TimeProvider time)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var command = new ChildCommand(start, line, time);
        try
        {
            command._process.Start();
        }
        catch (Win32Exception e)
        {
            throw new ScalingException($"\"{program}\" cannot be started ({e.Message}). Install the .NET SDK, and make sure that it is in the PATH.");
        }

        command._process.StandardInput.Close();
        command._process.BeginOutputReadLine();
        command._process.BeginErrorReadLine();
        return command;
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Asks it to end, waits for it, and kills it with all that it has started if it takes too long.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Terminate();
            using var limit = new CancellationTokenSource(StopTimeout, _time);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }

        _process.Dispose();
    }

    private void Terminate()
    {
        if (OperatingSystem.IsWindows())
        {
            _process.Kill(entireProcessTree: true);
            return;
        }

        // The shell's built-in kill, because small systems have no kill program. Nothing else than the wait uses its result.
        using var kill = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -TERM {_process.Id} 2>/dev/null")]);
        kill.WaitForExit();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_last)
        {
            _last.Enqueue(line);
            if (_last.Count > KeptLines)
            {
                _last.Dequeue();
            }

            _line(line);
        }
    }
}
