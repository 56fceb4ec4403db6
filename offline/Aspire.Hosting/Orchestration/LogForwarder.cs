using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Writes resources' lines to the AppHost's own log, category <c>APP.Resources.NAME</c>.</summary>
internal sealed class LogForwarder(ResourceLoggerService logs, ILoggerFactory factory, IHostEnvironment environment) : IHostedService
{
    private readonly ConcurrentDictionary<string, ILogger> loggers = new();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        logs.LineWritten += Forward;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        logs.LineWritten -= Forward;
        return Task.CompletedTask;
    }

    private void Forward(string resource, LogLine line) =>
        loggers.GetOrAdd(resource, name => factory.CreateLogger($"{environment.ApplicationName}.Resources.{name}"))
            .Line(line.LineNumber, line.Content);
}
