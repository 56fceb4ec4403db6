using System.Runtime.InteropServices;

namespace Choir.AppHost.Stopping;

/// <summary>
/// Cancels a token on Ctrl-C, SIGTERM, and SIGHUP (the terminal was closed). It handles signals from the first line of the
/// program on; a host handles them only after it has started, and does not handle SIGHUP.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    /// <summary>The exit code if nothing had started yet: the one of a program that Ctrl-C has terminated.</summary>
    public const int ExitCode = 130;

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() =>
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }
            .Select(signal => PosixSignalRegistration.Create(signal, Stop))];

    /// <summary>Cancelled when the app host is told to stop.</summary>
    public CancellationToken Token => _stop.Token;

    // The source is not disposed, because a signal may be handled concurrently; it has no unmanaged resources.
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
        // Not on this thread: the callbacks may stop the whole application, and the next signal must be handled meanwhile.
        _ = _stop.CancelAsync();
    }
}
