using System.Runtime.InteropServices;

namespace Choir.AppHost.Stopping;

/// <summary>
/// Cancels when the app host is told to end: by Ctrl-C, by SIGTERM, or by SIGHUP when its terminal is closed. It listens from
/// the program's first line on, while a host does so only once it runs, and no host listens to SIGHUP.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    /// <summary>The exit code where nothing had started yet: what a shell reports of a program that Ctrl-C has ended.</summary>
    public const int ExitCode = 130;

    private readonly CancellationTokenSource _told = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() =>
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }
            .Select(signal => PosixSignalRegistration.Create(signal, Stop))];

    /// <summary>Cancelled when the app host is told to end.</summary>
    public CancellationToken Token => _told.Token;

    // The source is not disposed: a signal may be handled at this moment, and it holds no handle.
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        // Not on this thread: what is cancelled may stop the whole application, and the next signal must find a handler.
        _ = _told.CancelAsync();
    }
}
