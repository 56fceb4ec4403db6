using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace Choir.ServiceDefaults;

/// <summary>
/// Cancels a token on Ctrl-C, SIGTERM, SIGQUIT, and SIGHUP (the terminal was closed), from the first line of the program on. It
/// replaces the lifetime of the host, which handles signals only after the service was built, and does not say that there was one.
/// </summary>
internal sealed class StopSignals : IHostLifetime, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignals() =>
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP }
            .Select(signal => PosixSignalRegistration.Create(signal, Stop))];

    /// <summary>Cancelled when the process is told to stop.</summary>
    public CancellationToken Token => _stop.Token;

    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

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
        _ = _stop.CancelAsync();
    }
}
