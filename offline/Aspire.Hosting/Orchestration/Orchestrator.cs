using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Orchestration;

internal sealed class Orchestrator : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
internal sealed class ConsoleView : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
internal sealed class LogForwarder : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
