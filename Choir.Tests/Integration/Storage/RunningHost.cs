using Microsoft.Extensions.Hosting;

namespace Choir.Tests.Integration.Storage;

/// <summary>Stops the host even if its test fails: Orleans exits the process when a running host is only disposed.</summary>
internal sealed class RunningHost(IHost host) : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);

    private bool _started;

    public IServiceProvider Services => host.Services;

    public Task StartAsync()
    {
        _started = true;
        return host.StartAsync(TestContext.Current.CancellationToken).WaitAsync(Timeout, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_started)
        {
            _started = false;
            await host.StopAsync(CancellationToken.None).WaitAsync(Timeout);
        }

        host.Dispose();
    }
}
