using System.Runtime.InteropServices;

namespace Choir.LoadTest.Commands;

/// <summary>
/// Cancels a token on SIGHUP: the terminal or the SSH session was closed. A command then ends as after Ctrl-C and SIGTERM, which
/// System.CommandLine handles. After <c>nohup</c> the signal is ignored as before.
/// </summary>
internal sealed class HangUpSignal : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration _registration;

    public HangUpSignal() => _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
    {
        signal.Cancel = true;
        _received.TrySetResult();
        _ = _stop.CancelAsync();
    });

    /// <summary>Cancelled on SIGHUP.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Returns when the signal was received this long ago.</summary>
    public async Task ReceivedForAsync(TimeSpan time)
    {
        await _received.Task;
        await Task.Delay(time, TimeProvider.System, CancellationToken.None);
    }

    // The source is not disposed, because a signal may be handled concurrently; it has no unmanaged resources.
    public void Dispose() => _registration.Dispose();
}
