using Choir.Tests.Support;

namespace Choir.Tests.Faults;

/// <summary>A service of the fault suite's Choir, which can be killed and started again.</summary>
internal sealed class RestartableService : IAsyncDisposable
{
    private readonly Func<Task<StartedService>> _start;
    private StartedService _process;

    private RestartableService(string name, Func<Task<StartedService>> start, StartedService process) =>
        (Name, _start, _process) = (name, start, process);

    public string Name { get; }

    public string Log => _process.Log;

    public static async Task<RestartableService> StartAsync(string name, Func<Task<StartedService>> start) => new(name, start, await start());

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>SIGTERM; returns when the process has ended.</summary>
    public async Task StopAsync()
    {
        try
        {
            await _process.StopAsync();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended by itself at this moment.
            await KillAsync();
        }
    }

    /// <summary>SIGSTOP until the result is disposed.</summary>
    public async Task<IDisposable> FreezeAsync() => Processes.Freeze(await _process.ProcessIdAsync());

    /// <summary>Starts the service again if it has ended: killed, or because the others had declared it dead.</summary>
    /// <returns>Whether it had ended.</returns>
    public async Task<bool> EnsureRunsAsync()
    {
        if (!await _process.HasEndedAsync())
        {
            return false;
        }

        await _process.DisposeAsync();
        _process = await _start();
        return true;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
